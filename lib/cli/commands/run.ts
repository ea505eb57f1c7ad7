/** The command `millrace run`. */
import { basename, resolve } from 'node:path';
import { Command } from 'commander';
import type { ExecutionResult, StateMachine } from '../../app/state-machine.ts';
import { parseJson } from '../../asl/json/parse-json.ts';
import { configFileNames } from '../../config/loading/load-config.ts';
import { withExamples } from '../examples.ts';
import { exitStatus } from '../failure.ts';
import { type Fail, type Io, jsonLines, printJson, printLines } from '../io.ts';
import {
  type AppOptions,
  loadAppConfig,
  toSettingOverrides,
  withAppOptions,
  withConcurrency,
} from '../options/app-options.ts';
import { readJsonOption } from '../options/read-json-option.ts';

interface RunOptions extends AppOptions {
  readonly input: string;
  readonly name?: string;
  readonly sync?: boolean;
}

/** Creates the command, which fails when the execution does not succeed. */
export function runCommand(io: Io, fail: Fail): Command {
  const command = new Command('run')
    .description(`run one execution of a definition with the handlers of ${configFileNames[0]}`)
    .argument('<file>', 'the definition, JSON or YAML')
    .option('--input <json>', 'the input: JSON, @file, or - for standard input', '{}')
    .option('--name <name>', "the execution's name, unique within its machine")
    .option('--sync', 'run it as an EXPRESS machine, without a record (StartSyncExecution)');
  withExamples(withAppOptions(withConcurrency(command)), {
    'millrace run order.asl.json --input \'{"id": 7}\'': 'run an execution, and print its output',
    'millrace run price.asl.yaml --sync --input -': 'run an EXPRESS machine with standard input',
  });
  return command.action(async (file: string, options: RunOptions) => {
    const result = await runOnce(io, command, file, options);
    if (options.json) printJson(io, result);
    else printLines(io, resultLines('executionArn' in result ? toResult(result) : result));
    if (result.status !== 'SUCCEEDED') fail(exitStatus.workFailed);
  });
}

async function runOnce(io: Io, command: Command, file: string, options: RunOptions) {
  const input = await readJsonOption(io, '--input', options.input);
  const { config, folder } = await loadAppConfig(io, command, 'optional');
  const id = toMachineId(file);
  const machine = {
    ...config.machines[id],
    definition: resolve(io.folder, file),
    ...(options.sync && { type: 'EXPRESS' as const }),
  };
  const { openMillrace } = await import('../../app/millrace.ts');
  const app = await openMillrace({
    config: { ...config, machines: { ...config.machines, [id]: machine } },
    folder,
    flags: toSettingOverrides(options),
  });
  try {
    const run = {
      signal: io.interrupted,
      ...(options.name !== undefined && { name: options.name }),
    };
    return await (options.sync
      ? app.machine(id).startSyncExecution(input, run)
      : app.machine(id).execute(input, run));
  } finally {
    await app.close();
  }
}

/** Converts `orders/ship.asl.json` to `ship`. */
function toMachineId(file: string): string {
  const name = basename(file).replace(/(\.asl)?\.(json|ya?ml)$/i, '');
  return name.replace(/[^A-Za-z0-9_-]/g, '-').slice(0, 80) || 'machine';
}

type SyncResult = Awaited<ReturnType<StateMachine['startSyncExecution']>>;

type PrintedResult = Omit<ExecutionResult, 'executionId'>;

function toResult({ name, status, output, error, cause }: SyncResult): PrintedResult {
  const parsed = output === undefined ? undefined : parseJson(output);
  return { name, status, output: parsed, error: error ?? null, cause: cause ?? null };
}

function resultLines({ name, status, output, error, cause }: PrintedResult): string[] {
  if (status === 'SUCCEEDED') return jsonLines(output);
  return [`${name} ${status}: ${error ?? ''}`, ...(cause === null ? [] : [cause])];
}
