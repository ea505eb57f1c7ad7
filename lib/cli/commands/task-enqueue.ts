/** The command `millrace task enqueue`. */
import { Command } from 'commander';
import type { Json } from '../../asl/json/json.ts';
import type { JsonText } from '../../asl/json/json-text.ts';
import { listKnown } from '../../asl/known-names.ts';
import type { MillraceConfig } from '../../config/config.ts';
import type { EnqueuedExecution } from '../../operations/enqueue/enqueue.ts';
import type { TaskRequest } from '../../operations/enqueue/enqueue-task.ts';
import { withExamples } from '../examples.ts';
import { type Io, printJson, printLines } from '../io.ts';
import { type AppOptions, countOption, withApp, withAppOptions } from '../options/app-options.ts';
import { type LabelOptions, withLabels } from '../options/label-option.ts';
import { readJsonTextOption } from '../options/read-json-option.ts';
import { durationOption, momentOption } from '../options/time-option.ts';

interface EnqueueCommandOptions extends AppOptions, LabelOptions {
  readonly type?: string;
  readonly input: string;
  readonly name?: string;
  readonly priority?: string;
  readonly retries?: number;
  readonly timeout?: number;
  readonly deadline?: number;
  readonly retention?: number;
  readonly delay?: number;
  readonly at?: number;
  readonly unique?: boolean | string;
}

/** Creates the command. */
export function taskEnqueueCommand(io: Io): Command {
  const command = new Command('enqueue')
    .description('queue an execution of a machine, or a task of a custom type, now or for later')
    .argument('[machine]', 'a machine of the configuration; or use --type')
    .option('--type <type>', 'queue a task of this type, which a handler of the app runs')
    .option('--input <json>', 'the input: JSON, @file, or -', '{}')
    .option('--name <name>', 'name that is unique forever: queueing it again changes nothing')
    .option('--priority <queue>', 'the queue (default: default)')
    .option('--retries <n>', 'maximum number of retries after a failure (default: 3)', countOption)
    .option('--timeout <time>', 'maximum duration of an attempt: 90, 15m, 2h', durationOption)
    .option('--deadline <time>', 'when it must have ended: 2026-11-24T08:30:00Z', momentOption)
    .option('--retention <time>', 'how long it is kept after its end: 7d', durationOption)
    .option('--delay <time>', 'start it after a delay: 90, 15m, 2h', durationOption)
    .option('--at <time>', 'start it at a time: 2026-11-24T08:30:00Z', momentOption)
    .option('--unique [key]', 'allow one open task with the same input, or with this key');
  withLabels(command, 'a label by which it is found');
  withExamples(withAppOptions(command), {
    'millrace task enqueue order --input \'{"id": 7}\' --priority critical':
      'queue an execution of the machine order',
    'millrace task enqueue --type report:build --input \'{"month": 5}\' --delay 2h':
      'queue a task of a custom type for later',
  });
  return command.action((machine: string | undefined, options: EnqueueCommandOptions) =>
    withApp(
      io,
      command,
      async ({ tasks }, { config }) => {
        const input = await readJsonTextOption(io, '--input', options.input);
        warnWithoutHandler(io, options.type, config);
        const result = await tasks.enqueue(toRequest(machine, input, options));
        if (options.json) printJson(io, result);
        else printLines(io, [enqueuedText(result)]);
      },
      machine === undefined ? 'optional' : 'required',
    ),
  );
}

/** A worker may have a handler that this configuration does not have, so it is only a warning. */
function warnWithoutHandler(
  io: Io,
  type: string | undefined,
  { tasks, handlers }: Pick<MillraceConfig, 'tasks' | 'handlers'>,
): void {
  // A configuration without handlers is that of a client.
  if (type === undefined || (tasks === undefined && handlers === undefined)) return;
  const known = Object.keys(tasks ?? {});
  if (known.includes(type)) return;
  io.stderr.write(
    `no handler is here for tasks of the type '${type}'; ${listKnown(type, known)}\n`,
  );
}

function enqueuedText({ executionId, name, created }: EnqueuedExecution): string {
  if (!created) return `${executionId} exists already, and was not queued again`;
  return `${executionId} is queued${name === executionId ? '' : `: ${name}`}`;
}

function toRequest(
  machineId: string | undefined,
  input: Json | JsonText,
  options: EnqueueCommandOptions,
): TaskRequest {
  const { type, name, unique, priority, retries, timeout, deadline } = options;
  const { retention, delay, at, label } = options;
  return {
    input,
    ...(machineId !== undefined && { machineId }),
    ...(type !== undefined && { type }),
    ...(name !== undefined && { name }),
    ...(unique !== undefined && { unique }),
    ...(priority !== undefined && { priority }),
    ...(retries !== undefined && { retriesMax: retries }),
    ...(timeout !== undefined && { timeoutMs: timeout }),
    ...(deadline !== undefined && { deadline }),
    ...(retention !== undefined && { retentionMs: retention }),
    ...(delay !== undefined && { delayMs: delay }),
    ...(at !== undefined && { at }),
    ...(label !== undefined && { labels: label }),
  };
}
