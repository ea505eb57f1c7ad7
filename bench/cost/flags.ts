/** The flags of `npm run cost`: numbers, each a field of the workload, and how to print. */
import { completeWorkload, type Workload } from './workload.ts';

/** What was asked for. */
export interface CostOrder {
  readonly workload: Workload;
  readonly json: boolean;
  readonly help: boolean;
}

/** A flag was not understood; the message says which, and which one was perhaps meant. */
export class FlagError extends Error {
  override readonly name = 'FlagError';
}

interface NumberFlag {
  readonly field: keyof Workload;
  readonly least: number;
  readonly says: string;
}

/** Every flag that takes a number. */
export const numberFlags: Readonly<Record<string, NumberFlag>> = {
  executions: { field: 'executions', least: 1, says: 'executions of one run' },
  states: { field: 'states', least: 1, says: 'states that an execution goes through' },
  tasks: { field: 'tasks', least: 0, says: 'those of them that call a handler' },
  'payload-kb': { field: 'payloadKb', least: 0, says: "an execution's data, in KB" },
  'handler-ms': { field: 'handlerMs', least: 0, says: 'of one call of a handler' },
  'memory-mb': { field: 'memoryMb', least: 128, says: 'of a function that runs one handler' },
  'worker-mb': {
    field: 'workerMb',
    least: 128,
    says: "of Millrace's workers, with a batch of them",
  },
  batch: { field: 'batch', least: 1, says: 'executions per SQS batch, items per batch of a Map' },
  overlap: { field: 'overlap', least: 1, says: 'handlers at once in an invocation of Millrace' },
  'latency-ms': { field: 'latencyMs', least: 0, says: 'of a call of the Data API' },
  group: { field: 'group', least: 1, says: 'executions per statement; as many as the batch' },
  statements: {
    field: 'statements',
    least: 1,
    says: 'statements for a group on its way; tasks + 2',
  },
  writes: { field: 'writes', least: 1, says: 'for one execution on its way; tasks + 2' },
  'io-per-write': {
    field: 'ioPerWrite',
    least: 0,
    says: "Aurora's I/O per execution and statement",
  },
  concurrency: { field: 'concurrency', least: 1, says: 'invocations at once' },
  'max-acus': { field: 'maxAcus', least: 0.5, says: "the database's capacity at most" },
  runs: { field: 'runs', least: 0, says: 'runs a month' },
  wakes: { field: 'wakes', least: 0, says: 'of the database, a month; as many as runs' },
  queues: { field: 'queues', least: 1, says: 'queues of the app' },
  alarms: { field: 'alarms', least: 0, says: 'CloudWatch alarms' },
  'region-factor': {
    field: 'regionFactor',
    least: 0,
    says: "the region's prices over us-east-1's",
  },
};

const switches = ['always-on', 'json', 'help'];

/**
 * Reads the flags.
 * @param measuredStatements statements per group as measured, for a workload that says none
 * @throws FlagError
 */
export function readFlags(args: readonly string[], measuredStatements: number | null): CostOrder {
  const given: Record<string, number | null> = {};
  const on = new Set<string>();
  const rest = args.flatMap((arg) => {
    const [name = '', ...value] = arg.split('=');
    return value.length === 0 ? [arg] : [name, value.join('=')];
  });
  while (rest.length > 0) {
    const word = rest.shift() ?? '';
    const name = word.replace(/^--/, '');
    const flag = Object.hasOwn(numberFlags, name) ? numberFlags[name] : undefined;
    if (!word.startsWith('--') || (flag === undefined && !switches.includes(name))) {
      throw new FlagError(unknownFlag(word));
    }
    if (flag === undefined) on.add(name);
    else given[flag.field] = readNumber(name, flag, rest.shift());
  }
  if (on.has('always-on')) given.wakes = null;
  return {
    workload: completeWorkload(given, measuredStatements),
    json: on.has('json'),
    help: on.has('help'),
  };
}

function readNumber(name: string, { least }: NumberFlag, text: string | undefined): number {
  const value = text === undefined || text.trim() === '' ? Number.NaN : Number(text);
  if (Number.isFinite(value) && value >= least) return value;
  const found = text === undefined ? 'nothing follows' : `it is ${text}`;
  throw new FlagError(`--${name} must be a number of at least ${least}, but ${found}`);
}

function unknownFlag(word: string): string {
  const names = [...Object.keys(numberFlags), ...switches].map((name) => `--${name}`);
  const [nearest] = names
    .map((name) => ({ name, steps: distance(word, name) }))
    .sort((a, b) => a.steps - b.steps);
  const hint =
    nearest !== undefined && nearest.steps <= 4
      ? `did you mean ${nearest.name}?`
      : `there are ${names.join(', ')}`;
  return `${word} is no flag of the cost model: ${hint}`;
}

/** How many letters must be added, taken away or exchanged. */
function distance(from: string, to: string): number {
  let row = Array.from({ length: to.length + 1 }, (_, index) => index);
  for (const [i, letter] of [...from].entries()) {
    const next = [i + 1];
    for (const [j, other] of [...to].entries()) {
      const change = (row[j] ?? 0) + (letter === other ? 0 : 1);
      next.push(Math.min(change, (row[j + 1] ?? 0) + 1, (next[j] ?? 0) + 1));
    }
    row = next;
  }
  return row.at(-1) ?? 0;
}
