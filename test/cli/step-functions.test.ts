/** The options of Step Functions' API: where it is served, keys, and the printed recipe. */
import { chmodSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import type { Io } from '../../lib/cli/io.ts';
import {
  type StepFunctionsCliOptions,
  startStepFunctions,
} from '../../lib/cli/options/step-functions-options.ts';
import type { MillraceConfig } from '../../lib/config/config.ts';
import { folderOf } from '../server/test-server.ts';
import { sendRequest } from '../support/http-client.ts';
import { openApp } from '../support/open-app.ts';
import { rejection } from '../support/rejection.ts';

const keys = JSON.stringify([{ accessKeyId: 'A', secretAccessKey: 'top-secret' }]);

async function start(
  options: Record<string, unknown>,
  files: Record<string, string> = {},
  machines: MillraceConfig['machines'] = {},
) {
  const app = await openApp({ machines });
  const folder = folderOf(files);
  for (const name of Object.keys(files)) chmodSync(join(folder, name), 0o600);
  const printed: string[] = [];
  const output = { write: (text: string) => void printed.push(text), isTTY: false };
  const io: Io = {
    stdout: output,
    stderr: output,
    folder,
    readStdin: async () => '',
    interrupted: new AbortController().signal,
    exit: () => {},
  };
  const call = async () => {
    const server = await startStepFunctions(
      io,
      { current: app },
      options as StepFunctionsCliOptions,
    );
    if (server !== null) onTestFinished(() => server.close());
    return server;
  };
  return { call, folder, printed };
}

describe('the options of the API', () => {
  it('nothing is served unless it is asked for', async () => {
    const { call } = await start({});

    expect(await call()).toBeNull();
  });

  it('the recipe that is printed names the URL for each client', async () => {
    const { call, printed } = await start({ stepFunctions: 0 });

    const server = await call();

    expect(printed.join('')).toContain(`--endpoint-url ${server?.url}`);
    expect(printed.join('')).toMatch(/HTTP_PROXY=http.*\n.*inject_host_prefix.*disableHostPrefix/);
  });

  it('a request without a signature is refused when a file of keys is named', async () => {
    const options = { stepFunctions: 0, accessKeys: 'keys.json' };
    const { call } = await start(options, { 'keys.json': keys });

    const server = await call();
    const answer = await sendRequest({ port: server?.port ?? 0, method: 'POST', path: '/' });

    expect(answer.status).toBe(400);
    expect(answer.headers['x-amzn-errortype']).toBe('MissingAuthenticationTokenException');
  });

  it('the environment names a file of mocked test cases, and how its results are checked', async () => {
    vi.stubEnv('SFN_MOCK_CONFIG', 'mocks.json');
    vi.stubEnv('SFN_MOCK_FIELD_VALIDATION_MODE', 'STRICT');
    const call = { Type: 'Task', Resource: 'arn:aws:states:::dynamodb:getItem', End: true };
    const machines = { order: { definition: { StartAt: 'Find', States: { Find: call } } } };
    const mocks = {
      StateMachines: { order: { TestCases: { Wrong: { Find: 'Found' } } } },
      MockedResponses: { Found: { '0': { Return: { Item: 7 } } } },
    };
    const opened = await start(
      { stepFunctions: 0 },
      { 'mocks.json': JSON.stringify(mocks) },
      machines,
    );

    const server = await opened.call();
    const { status, text } = await sendRequest({
      port: server?.port ?? 0,
      method: 'POST',
      path: '/',
      headers: { 'x-amz-target': 'AWSStepFunctions.StartExecution' },
      body: JSON.stringify({
        stateMachineArn: 'arn:aws:states:us-east-1:000000000000:stateMachine:order#Wrong',
      }),
    });

    expect([status, JSON.parse(text).message]).toEqual([
      400,
      expect.stringContaining(
        "MockedResponses.Found.0: Mock result schema validation error: Field 'Item'",
      ),
    ]);
  });

  it('a file of keys that others may read is refused without its secrets', async () => {
    const options = { stepFunctions: 0, accessKeys: 'keys.json' };
    const { call, folder } = await start(options, { 'keys.json': keys });
    chmodSync(join(folder, 'keys.json'), 0o644);

    const error = await rejection(call());

    expect(error).toMatchObject({ code: 'INVALID_CONFIGURATION' });
    expect(error.message).toMatch(/mode 644: chmod 600/);
    expect(error.message).not.toContain('top-secret');
  });
});
