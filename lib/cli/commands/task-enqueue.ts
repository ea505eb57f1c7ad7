/** `millrace task enqueue`: queues an execution of a machine, or a task of the app's own type. */
import { Command } from 'commander';
import type { QueueClient } from '../../app/queue-client.ts';
import type { Json } from '../../asl/json/json.ts';
import type { EnqueueOptions, When } from '../../operations/enqueue-options.ts';
import {
  type AppOptions,
  countOption,
  inspectApp,
  withApp,
  withAppOptions,
} from '../app-options.ts';
import { badArgument } from '../failure.ts';
import { type Io, printJson, printLines } from '../io.ts';
import { readJsonOption } from '../json-option.ts';
import { durationOption, momentOption } from '../time-option.ts';

interface Options extends AppOptions {
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

/** The command. */
export function enqueueCommand(io: Io): Command {
  const command = new Command('enqueue')
    .description('queue an execution of a machine for the workers, now or for later')
    .argument('[machine]', 'a machine of the configuration; or --type')
    .option('--type <type>', 'a task of this type instead, which a handler of the app does')
    .option('--input <json>', 'what it is given: JSON, @file, or -', '{}')
    .option('--name <name>', 'unique for ever: a second one of this name is the first one')
    .option('--priority <queue>', 'the queue (default: default)')
    .option('--retries <n>', 'times that it is run again after a failure (default: 3)', countOption)
    .option('--timeout <time>', 'how long one try may take: 90, 15m, 2h', durationOption)
    .option('--deadline <time>', 'by when it must have ended: 2026-11-24T08:30:00Z', momentOption)
    .option('--retention <time>', 'how long it is kept after its end: 7d', durationOption)
    .option('--delay <time>', 'when it starts, from now: 90, 15m, 2h', durationOption)
    .option('--at <time>', 'when it starts: 2026-11-24T08:30:00Z', momentOption)
    .option('--unique [key]', 'no second one while one with the same input, or key, is open');
  return withAppOptions(command).action((machine: string | undefined, options: Options) => {
    const open = machine === undefined ? inspectApp : withApp;
    return open(io, command, async (app) => {
      const input = await readJsonOption(io, '--input', options.input);
      const result = await enqueue(app.queueClient(), machine, input, options);
      if (options.json) return printJson(io, result);
      const { executionId, name, created } = result;
      // The name is the one that was asked for, which an earlier execution need not have.
      const isNamed = created && name !== executionId;
      const fate = created ? 'is queued' : 'was there already, and nothing new is queued';
      printLines(io, [`${executionId} ${fate}${isNamed ? `: ${name}` : ''}`]);
    });
  });
}

function enqueue(
  client: QueueClient,
  machineId: string | undefined,
  input: Json,
  options: Options,
) {
  const { type, name, unique } = options;
  const own = { ...(name !== undefined && { name }), ...(unique !== undefined && { unique }) };
  const terms = termsOf(options);
  const when = startOf(options);
  if (type !== undefined && machineId === undefined) {
    return when === null
      ? client.enqueueTask(type, input, { ...terms, ...own })
      : client.scheduleTask(type, input, when, { ...terms, ...own });
  }
  if (machineId === undefined || type !== undefined) {
    return badArgument('say what to queue: either a machine of the configuration, or --type');
  }
  const payload = { machineId, input, ...own };
  return when === null
    ? client.enqueueExecution(payload, terms)
    : client.scheduleExecution(payload, when, terms);
}

function termsOf({ priority, retries, timeout, deadline, retention }: Options): EnqueueOptions {
  return {
    ...(priority !== undefined && { priority }),
    ...(retries !== undefined && { retriesMax: retries }),
    ...(timeout !== undefined && { timeoutMs: timeout }),
    ...(deadline !== undefined && { deadline }),
    ...(retention !== undefined && { retentionMs: retention }),
  };
}

function startOf({ delay, at }: Options): When | null {
  if (delay !== undefined && at !== undefined) badArgument('say --delay or --at, not both');
  if (delay !== undefined) return { delayMs: delay };
  return at === undefined ? null : { at };
}
