/** Functions as templates describe them, and why Lambda would refuse one. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import type { JsonObject } from '../../../lib/asl/json/json.ts';
import {
  findFunctionProblems,
  readFunctionDefinition,
} from '../../../rehearsal/runtime/function-definition.ts';

function read(properties: JsonObject) {
  const taskRoot = mkdtempSync(join(tmpdir(), 'millrace-function-'));
  onTestFinished(() => rmSync(taskRoot, { recursive: true, force: true }));
  writeFileSync(join(taskRoot, 'index.mjs'), 'export const handler = () => {};');
  const identity = { name: 'worker', arn: 'arn:aws:lambda:::function:worker', taskRoot };
  return readFunctionDefinition(
    { Handler: 'index.handler', Runtime: 'nodejs24.x', ...properties },
    identity,
  );
}

it("a function definition has the template's settings, or else Lambda's defaults", () => {
  const bare = read({});
  const full = read({
    MemorySize: 512,
    Timeout: 60,
    ReservedConcurrentExecutions: 5,
    Environment: { Variables: { COLOUR: 'b' } },
    LoggingConfig: { LogFormat: 'JSON', LogGroup: '/mine' },
  });

  expect(bare).toMatchObject({ memoryMb: 128, timeoutMs: 3_000, reservedConcurrency: null });
  expect(bare).toMatchObject({ logGroup: '/aws/lambda/worker', jsonLogs: false });
  expect(full).toMatchObject({ memoryMb: 512, timeoutMs: 60_000, reservedConcurrency: 5 });
  expect(full).toMatchObject({ variables: { COLOUR: 'b' }, logGroup: '/mine', jsonLogs: true });
});

it('a function that Lambda accepts has no problems', () => {
  expect(findFunctionProblems(read({ Environment: { Variables: { COLOUR: 'b' } } }))).toEqual([]);
});

it.each<[string, JsonObject, RegExp]>([
  ['a Handler that is not in the asset', { Handler: 'main.handler' }, /'main\.handler' is not in/],
  ['a Runtime that is not of Node.js', { Runtime: 'python3.14' }, /only Node\.js can/],
  ['a Timeout of more than 15 minutes', { Timeout: 901 }, /901 s is not 1 to 900 s/],
  [
    'a reserved variable',
    { Environment: { Variables: { AWS_REGION: 'x' } } },
    /reserved by Lambda/,
  ],
  [
    'a variable that redirects calls away from the proxy',
    { Environment: { Variables: { AWS_ENDPOINT_URL_SQS: 'x' } } },
    /redirects calls to AWS/,
  ],
  [
    'more than 4 KB of variables',
    { Environment: { Variables: { LARGE: 'x'.repeat(4_096) } } },
    /have 4101 bytes, at most 4096/,
  ],
])('a function with %s cannot be rehearsed', (_, properties, expected) => {
  expect(findFunctionProblems(read(properties))).toEqual([expect.stringMatching(expected)]);
});
