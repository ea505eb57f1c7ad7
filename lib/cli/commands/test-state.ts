/** The command `millrace test-state`. */
import { resolve } from 'node:path';
import { Command } from 'commander';
import { readTestStateRequest } from '../../api/read-test-state-request.ts';
import type { Json } from '../../asl/json/json.ts';
import { parseJson } from '../../asl/json/parse-json.ts';
import { readText } from '../../config/read-definition.ts';
import { type TestStateOptions, testState } from '../../operations/test-state.ts';
import type { TestStateReply, TestStateRequest } from '../../test-state/request.ts';
import { withExamples } from '../examples.ts';
import { exitStatus } from '../failure.ts';
import { type Fail, type Io, jsonLines, printJson, printLines } from '../io.ts';
import { loadAppConfig } from '../options/app-options.ts';
import { readJsonOption } from '../options/read-json-option.ts';

interface TestOptions {
  readonly state?: string;
  readonly input: string;
  readonly inspection: string;
  readonly mock?: string;
  readonly context?: string;
  readonly variables?: string;
  readonly stateConfiguration?: string;
  readonly roleArn?: string;
  readonly json?: boolean;
}

/** Creates the command, which fails when the state fails. */
export function testStateCommand(io: Io, fail: Fail): Command {
  const command = new Command('test-state')
    .description("run a single state of a definition, like Step Functions' TestState")
    .argument('<file>', 'a machine or a single state, JSON or YAML')
    .option('--state <name>', 'the state of the machine; it may be inside a Parallel or Map')
    .option('--input <json>', 'the input: JSON, @file, or - for standard input', '{}')
    .option('--inspection <level>', 'INFO, DEBUG or TRACE: how much to print', 'INFO')
    .option(
      '--mock <json>',
      'the mock: {"result": …} or {"errorOutput": {"error", "cause"}}, or @file',
    )
    .option('--context <json>', 'the context object ($$), or @file; needs a mock')
    .option('--variables <json>', 'the variables before the state, or @file')
    .option(
      '--state-configuration <json>',
      'counters of the state: {"retrierRetryCount": 2, …}, or @file',
    )
    .option('--role-arn <arn>', 'the value of $$.Execution.RoleArn')
    .option('--config <file>', 'configuration with the handlers of Tasks without a mock')
    .option('--json', 'print one JSON document instead of text');
  withExamples(command, {
    'millrace test-state order.asl.json --state Total --input \'{"n": 2}\'':
      'test a state of a machine',
    'millrace test-state order.asl.json --state Ship --mock \'{"result": {"shipped": true}}\'':
      'test a Task with a mocked result',
  });
  return command.action(async (file: string, options: TestOptions) => {
    const request = await readRequest(io, file, options);
    const handlers = options.mock === undefined ? await loadHandlers(io, command) : {};
    const reply = await testState(request, {
      ...handlers,
      folder: io.folder,
      signal: io.interrupted,
    });
    if (options.json) printJson(io, reply);
    else printLines(io, replyLines(reply));
    if (reply.status === 'FAILED') fail(exitStatus.workFailed);
  });
}

async function loadHandlers(io: Io, command: Command): Promise<TestStateOptions> {
  const { config } = await loadAppConfig(io, command, 'optional');
  return config.handlers === undefined ? {} : { handlers: config.handlers };
}

/** Returns the request that the options describe. */
async function readRequest(io: Io, file: string, options: TestOptions): Promise<TestStateRequest> {
  const { state, roleArn, inspection } = options;
  const request: Record<string, Json> = {
    definition: await readText(resolve(io.folder, file)),
    inspectionLevel: inspection.toUpperCase(),
  };
  if (state !== undefined) request.stateName = state;
  if (roleArn !== undefined) request.roleArn = roleArn;
  for (const name of ['input', 'variables', 'context'] as const) {
    const value = await readOption(io, name, options[name]);
    if (value !== undefined) request[name] = JSON.stringify(value);
  }
  for (const name of ['mock', 'stateConfiguration'] as const) {
    const value = await readOption(io, name, options[name]);
    if (value !== undefined) request[name] = value;
  }
  return readTestStateRequest(request);
}

/** Reads the option of a request's field: `stateConfiguration` is `--state-configuration`. */
async function readOption(io: Io, name: string, text: string | undefined) {
  const option = `--${name.replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`;
  return text === undefined ? undefined : await readJsonOption(io, option, text);
}

function replyLines({ status, nextState, error, cause, output, inspectionData }: TestStateReply) {
  const inspected = Object.entries(inspectionData ?? {}).map(([name, value]) => {
    return `  ${name}: ${typeof value === 'object' ? JSON.stringify(value) : value}`;
  });
  return [
    nextState === undefined ? status : `${status}, next: ${nextState}`,
    ...(error === undefined ? [] : [`${error}: ${cause ?? ''}`]),
    ...(output === undefined ? [] : jsonLines(parseJson(output))),
    ...inspected,
  ];
}
