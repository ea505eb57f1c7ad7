/**
 * `millrace test-state FILE`: one state of a definition, with the input, the mock and the moment
 * that the caller says, as Step Functions' TestState runs it.
 */
import { resolve } from 'node:path';
import { Command } from 'commander';
import { readTestStateRequest } from '../../api/read-test-state-request.ts';
import type { Json } from '../../asl/json/json.ts';
import { readText } from '../../config/read-definition.ts';
import { type TestStateOptions, testState } from '../../operations/test-state.ts';
import type { TestStateReply, TestStateRequest } from '../../test-state/request.ts';
import { loadAppConfig } from '../app-options.ts';
import { exitStatus } from '../failure.ts';
import { type Io, printJson, printLines } from '../io.ts';
import { readJsonOption } from '../json-option.ts';

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

/** The command; `fail` is given the exit status of a state that fails for good. */
export function testStateCommand(io: Io, fail: (status: number) => void): Command {
  const command = new Command('test-state')
    .description('run one state of a definition, alone, with what it calls mocked')
    .argument('<file>', 'a machine, or a single state: JSON or YAML')
    .option('--state <name>', 'the state of the machine, also one inside of a Parallel or Map')
    .option('--input <json>', 'the input: JSON, @file, or - for standard input', '{}')
    .option('--inspection <level>', 'INFO, DEBUG or TRACE: what to tell beside the output', 'INFO')
    .option('--mock <json>', '{"result": …} or {"errorOutput": {"error", "cause"}}, or @file')
    .option('--context <json>', 'the context object ($$), or @file; needs a mock')
    .option('--variables <json>', 'the variables that are set before the state, or @file')
    .option('--state-configuration <json>', '{"retrierRetryCount": 2, …}, or @file')
    .option('--role-arn <arn>', 'what $$.Execution.RoleArn shows')
    .option('--config <file>', 'whose handlers a Task without a mock calls')
    .option('--json', 'print one JSON document instead of text');
  return command.action(async (file: string, options: TestOptions) => {
    const request = await readRequest(io, file, options);
    const used = options.mock === undefined ? await handlersOf(io, command) : {};
    const reply = await testState(request, { ...used, folder: io.folder, signal: io.interrupted });
    if (options.json) printJson(io, reply);
    else printLines(io, replyLines(reply));
    if (reply.status === 'FAILED') fail(exitStatus.workFailed);
  });
}

async function handlersOf(io: Io, command: Command): Promise<TestStateOptions> {
  const { config } = await loadAppConfig(io, command, 'optional');
  return config.handlers === undefined ? {} : { handlers: config.handlers };
}

/** The request that the options make; one that is not given is not in it. */
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

/** `stateConfiguration` is the option `--state-configuration`. */
async function readOption(io: Io, name: string, text: string | undefined) {
  const option = `--${name.replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`;
  return text === undefined ? undefined : await readJsonOption(io, option, text);
}

function replyLines({ status, nextState, error, cause, output, inspectionData }: TestStateReply) {
  const told = Object.entries(inspectionData ?? {}).map(([name, value]) => {
    return `  ${name}: ${typeof value === 'object' ? JSON.stringify(value) : value}`;
  });
  return [
    nextState === undefined ? status : `${status}, next: ${nextState}`,
    ...(error === undefined ? [] : [`${error}: ${cause ?? ''}`]),
    ...(output === undefined ? [] : [JSON.stringify(JSON.parse(output), null, 2)]),
    ...told,
  ];
}
