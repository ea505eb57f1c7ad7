/** Hostile requests: every request gets a response that is not an internal error. */

import { describe, expect, it, onTestFinished } from 'vitest';
import { contract } from '../../lib/api/contract/contract.ts';
import type { Operation } from '../../lib/api/contract/operation.ts';
import { type Api, createApi } from '../../lib/api/create-api.ts';
import { apiOperations } from '../../lib/api/handlers/api-operations.ts';
import { openMillrace } from '../../lib/app/millrace.ts';
import { externalStores } from '../support/external-store.ts';
import fc from '../support/properties.ts';
import { QuietLogger } from '../support/quiet-logger.ts';

const config = {
  machines: { pass: { definition: { StartAt: 'A', States: { A: { Type: 'Pass', End: true } } } } },
  batches: { some: { machine: 'pass', source: { kind: 'items', items: [1] } } },
  activities: ['approve'],
} as const;

const operations: Operation[] = Object.values(contract);

/** Words with a meaning in some operation, and hostile ones. */
const word = fc.oneof(
  fc.constantFrom('pass', 'some', 'approve', 'default', 'pass:a', '0', '1', 'true', 'PENDING'),
  fc.constantFrom(
    '__proto__',
    'constructor',
    'toString',
    '..',
    '%',
    '%00',
    "' OR 1=1 --",
    '\u0000',
  ),
  fc.uuid(),
  fc.string({ unit: 'binary', maxLength: 20 }),
);
const value = fc.oneof(
  word,
  fc.constantFrom({}, [], 0, -1, 1.5, 1e21, true, false, null),
  fc.array(word, { maxLength: 3 }),
  fc.jsonValue({ maxDepth: 3 }).map((found) => found as object),
);

/** Valid values by parameter name. */
const validValues: Readonly<Record<string, readonly unknown[]>> = {
  name: ['some', 'a'],
  machineId: ['pass'],
  type: ['STANDARD', 'report'],
  definition: [config.machines.pass.definition, { Type: 'Pass', End: true }, '{"StartAt":'],
  input: [{}, [1], 'text'],
  source: [
    { kind: 'items', items: [1, null] },
    { kind: 'json', path: 's3://none/x' },
  ],
  ids: [['pass:a'], ['a', 'b']],
  taskIds: [['a']],
  taskToken: ['AAAA'],
  key: ['paid'],
  all: [true],
  dryRun: [true, false],
  deadline: ['2126-01-01', 1e15],
  unique: [true, 'x'],
  delayMs: [0, 1e9],
  limit: [1],
};

/** A request to an operation, with its own parameter names and mostly valid values. */
const call = fc.constantFrom(...operations).chain((operation) => {
  const keys = operation.body === undefined ? [] : allowedKeys(operation.body);
  const queries = arbitraryName(Object.keys(operation.query?.shape ?? {}));
  const valid = fc
    .subarray(keys, { maxLength: Math.min(4, keys.length) })
    .chain((some) => fc.record(Object.fromEntries(some.map((key) => [key, valueFor(key)]))));
  const odd = fc.oneof(fc.dictionary(arbitraryName(keys), value, { maxKeys: 4 }), value);
  return fc.record({
    operation: fc.constant(operation),
    param: word.filter((text) => text !== ''),
    query: fc.oneof(fc.constant({}), fc.dictionary(queries, word, { maxKeys: 2 })),
    body: fc.oneof({ weight: 3, arbitrary: valid }, { weight: 1, arbitrary: odd }),
  });
});

function valueFor(key: string) {
  const valid = validValues[key];
  if (valid === undefined) return value;
  return fc.oneof(
    { weight: 9, arbitrary: fc.constantFrom(...valid) },
    { weight: 1, arbitrary: value },
  );
}

function arbitraryName(names: readonly string[]) {
  return names.length === 0 ? word : fc.oneof(fc.constantFrom(...names), word);
}

/** Returns the allowed keys of a body. */
function allowedKeys(body: NonNullable<Operation['body']>): string[] {
  const { error } = body.safeParse({ ' ': 0 });
  const [, names = ''] = /takes ([\w, ]*); found/.exec(error?.message ?? '') ?? [];
  return names === '' ? [] : names.split(', ');
}

describe.each(externalStores())('the HTTP API over a store in $kind', (external) => {
  it('any request to the HTTP API is accepted or rejected, never answered with status 500', async () => {
    const logger = new QuietLogger();
    const app = await openMillrace({ config, logger, drivers: { store: await external.fresh() } });
    onTestFinished(() => app.close());
    const api = createApi(
      apiOperations(async () => app),
      { logger },
    );

    await fc.assert(
      fc.asyncProperty(call, async ({ operation, param, query, body }) => {
        // These requests would wait for work that does not come.
        if (operation.path.startsWith('/v1/activities/')) return;
        const response = await send(api, operation, param, query, body);

        expect(response, JSON.stringify(logger.entries.at(-1))).not.toMatchObject({ status: 500 });
      }),
      { numRuns: 300 },
    );
  });
});

async function send(
  api: Api,
  { method, path }: Operation,
  param: string,
  query: Readonly<Record<string, string>>,
  body: unknown,
) {
  const target = path.replaceAll(/\{\w+\}/g, encodeURIComponent(param.toWellFormed()));
  const search = new URLSearchParams(query);
  const request = new Request(`http://localhost${target}?${search}`, {
    method,
    ...(method === 'POST' && {
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
    }),
  });
  const response = await api.fetch(request);
  const document = JSON.parse(await response.text());
  if (!response.ok) expect(document).toMatchObject({ status: response.status });
  return { status: response.status, document };
}
