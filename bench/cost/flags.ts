/** Reads the flags of `npm run cost`: one number for each field of the workload, and switches. */
import { completeWorkload, type Workload } from './workload.ts';

/** The parsed flags. */
export interface CostRequest {
  readonly workload: Workload;
  readonly json: boolean;
  readonly help: boolean;
}

/** A flag is unknown or has an invalid value; the message suggests the closest flag. */
export class FlagError extends Error {
  override readonly name = 'FlagError';
}

interface NumberFlag {
  readonly field: keyof Workload;
  readonly least: number;
  readonly help: string;
}

/** All flags that take a number. */
export const numberFlags: Readonly<Record<string, NumberFlag>> = {
  executions: { field: 'executions', least: 1, help: 'executions of one run' },
  states: { field: 'states', least: 1, help: 'states that an execution enters' },
  tasks: { field: 'tasks', least: 0, help: 'states that call a handler' },
  'payload-kb': { field: 'payloadKb', least: 0, help: "an execution's data, in KB" },
  'handler-ms': { field: 'handlerMs', least: 0, help: 'duration of one handler call' },
  'memory-mb': {
    field: 'memoryMb',
    least: 128,
    help: 'memory of a function that runs one handler',
  },
  'worker-mb': {
    field: 'workerMb',
    least: 128,
    help: "memory of Millrace's workers, which run a batch",
  },
  batch: { field: 'batch', least: 1, help: 'executions per SQS batch, items per batch of a Map' },
  overlap: { field: 'overlap', least: 1, help: 'handlers at once in one invocation of Millrace' },
  'latency-ms': { field: 'latencyMs', least: 0, help: 'latency of a Data API call' },
  group: { field: 'group', least: 1, help: 'executions per statement (default: --batch)' },
  statements: {
    field: 'statements',
    least: 1,
    help: 'statements for a group, start to end (default: tasks + 2)',
  },
  writes: { field: 'writes', least: 1, help: 'writes of one execution (default: tasks + 2)' },
  'io-per-write': {
    field: 'ioPerWrite',
    least: 0,
    help: 'Aurora I/O per execution and statement',
  },
  concurrency: { field: 'concurrency', least: 1, help: 'maximum invocations at once' },
  'max-acus': { field: 'maxAcus', least: 0.5, help: 'maximum capacity of the database' },
  runs: { field: 'runs', least: 0, help: 'runs a month' },
  wakes: { field: 'wakes', least: 0, help: 'database wakes a month (default: --runs)' },
  queues: { field: 'queues', least: 1, help: 'queues of the app' },
  alarms: { field: 'alarms', least: 0, help: 'metrics of CloudWatch alarms' },
  metrics: { field: 'metrics', least: 0, help: 'custom metrics while work is done' },
  dashboards: { field: 'dashboards', least: 0, help: 'CloudWatch dashboards' },
  secrets: { field: 'secrets', least: 0, help: "secrets of the database's users" },
  'event-share': {
    field: 'eventShare',
    least: 0,
    help: 'part of the executions that publish an event (executionEvents: all is 1)',
  },
  'nat-gateways': { field: 'natGateways', least: 0, help: 'NAT gateways of the functions' },
  'dashboard-hours': {
    field: 'dashboardHours',
    least: 0,
    help: 'hours a month of people at the hosted dashboard (0: not hosted)',
  },
  'api-calls': {
    field: 'apiCalls',
    least: 0,
    help: "calls a month of Step Functions' API (0: not deployed)",
  },
  'activity-workers': {
    field: 'activityWorkers',
    least: 0,
    help: 'workers of activities that poll it all month',
  },
  'region-factor': {
    field: 'regionFactor',
    least: 0,
    help: 'prices of the region relative to us-east-1',
  },
};

const switches = ['always-on', 'json', 'help'];

/**
 * Reads the flags.
 * @param measuredStatements measured statements per group, used without `--statements`
 * @throws FlagError
 */
export function readFlags(args: readonly string[], measuredStatements: number | null): CostRequest {
  const given: Record<string, number | null> = {};
  const switchedOn = new Set<string>();
  const rest = args.flatMap((arg) => {
    const [name = '', ...value] = arg.split('=');
    return value.length === 0 ? [arg] : [name, value.join('=')];
  });
  while (rest.length > 0) {
    const word = rest.shift() ?? '';
    const name = word.replace(/^--/, '');
    const flag = Object.hasOwn(numberFlags, name) ? numberFlags[name] : undefined;
    if (!word.startsWith('--') || (flag === undefined && !switches.includes(name))) {
      throw new FlagError(describeUnknownFlag(word));
    }
    if (flag === undefined) switchedOn.add(name);
    else given[flag.field] = readNumber(name, flag, rest.shift());
  }
  if (switchedOn.has('always-on')) given.wakes = null;
  return {
    workload: completeWorkload(given, measuredStatements),
    json: switchedOn.has('json'),
    help: switchedOn.has('help'),
  };
}

function readNumber(name: string, { least }: NumberFlag, text: string | undefined): number {
  const value = text === undefined || text.trim() === '' ? Number.NaN : Number(text);
  if (Number.isFinite(value) && value >= least) return value;
  const found = text === undefined ? 'it has no value' : `it is ${text}`;
  throw new FlagError(`--${name} must be a number of at least ${least}, but ${found}`);
}

function describeUnknownFlag(word: string): string {
  const names = [...Object.keys(numberFlags), ...switches].map((name) => `--${name}`);
  const [nearest] = names
    .map((name) => ({ name, steps: distance(word, name) }))
    .sort((a, b) => a.steps - b.steps);
  const hint =
    nearest !== undefined && nearest.steps <= 4
      ? `did you mean ${nearest.name}?`
      : `the flags are ${names.join(', ')}`;
  return `${word} is not a flag of the cost model: ${hint}`;
}

/** Counts the letters to add, remove or replace: the Levenshtein distance. */
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
