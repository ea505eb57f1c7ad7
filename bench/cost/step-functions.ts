/** Estimates Step Functions: Standard, Express and distributed Map. */
import { type Engine, handlerSeconds, memoryGb } from './estimate.ts';
import type { Amounts } from './prices.ts';
import type { Workload } from './workload.ts';

const startsPerSecond = 300;
const expressStartsPerSecond = 6000;
const transitionsPerSecond = 5000;
const standardChildrenPerSecond = 100;
const expressChildrenPerSecond = 1000;
const payloadKbMax = 256;
const historyEventsMax = 25_000;
/** Task scheduled, started and succeeded; state entered and exited. */
const eventsPerState = 5;
const expressSecondsMax = 300;

/** Duration of an Express execution of a few states besides its handlers, in seconds. */
const expressOverheadSeconds = 0.1;
const expressOverheadMb = 50;
/** Memory is billed in increments of this size. */
const expressIncrementMb = 64;
/** Log output of one state besides its payload, in KB. */
const logOverheadKb = 1.4;

const missingFeatures =
  'redrives from the failed state, priorities, history in SQL, runs without an AWS account';

/** Standard workflows, with one StartExecution call for each execution. */
export const standard: Engine = (workload, amounts) => ({
  name: 'Step Functions Standard',
  orchestration: {
    transitions: workload.executions * workload.states * amounts.standardTransition,
  },
  handlers: separateInvocations(workload, amounts),
  fixedPerMonth: 0,
  ceiling: lowestOf(
    [startsPerSecond, 'StartExecution, 300/s'],
    [transitionsPerSecond / workload.states, 'state transitions, 5,000/s'],
  ),
  cannot: exceededPayload(workload) ?? exceededHistory(workload),
  without: 'priorities, history in SQL, more than 25,000 events, runs without an AWS account',
});

/** Asynchronous Express workflows; their only history is their logs. */
export const express: Engine = (workload, amounts) => ({
  name: 'Step Functions Express, no logs',
  orchestration: {
    requests: workload.executions * amounts.expressRequest,
    duration: workload.executions * expressDuration(workload, amounts, 1),
  },
  handlers: separateInvocations(workload, amounts),
  fixedPerMonth: 0,
  ceiling: { perSecond: expressStartsPerSecond, by: 'StartExecution, 6,000/s' },
  cannot: exceededPayload(workload) ?? exceededDuration(workload, 1),
  without: `durability and any history, waits over 5 min, callbacks, ${missingFeatures}`,
});

/** Asynchronous Express workflows that log at level ALL, with execution data. */
export const expressWithLogs: Engine = (workload, amounts) => {
  const estimate = express(workload, amounts);
  const logKb = workload.states * (workload.payloadKb + logOverheadKb);
  const logs = ((workload.executions * logKb) / 1e6) * amounts.logsGb;
  return {
    ...estimate,
    name: 'Step Functions Express, all logged',
    orchestration: { ...estimate.orchestration, logs },
    without: `durability, waits over 5 min, callbacks, ${missingFeatures}`,
  };
};

/** A distributed Map with one Express child for each item. */
export const mapPerItem: Engine = (workload, amounts) => {
  const estimate = express(workload, amounts);
  const children = workload.executions * amounts.standardTransition;
  return {
    ...estimate,
    name: 'distributed Map, an Express child an item',
    orchestration: { ...estimate.orchestration, children },
    ceiling: { perSecond: expressChildrenPerSecond, by: 'dispatch, 1,000 children/s' },
  };
};

/** A distributed Map whose Express children process a batch of items with one call per task. */
export const mapBatched: Engine = (workload, amounts) => {
  const { executions, batch, tasks } = workload;
  const children = executions / batch;
  const compute = executions * handlerSeconds(workload) * memoryGb(workload);
  return {
    name: `distributed Map, an Express child for ${batch} items`,
    orchestration: {
      requests: children * amounts.expressRequest,
      duration: children * expressDuration(workload, amounts, batch),
      children: children * amounts.standardTransition,
    },
    handlers: children * tasks * amounts.lambdaRequest + compute * amounts.lambdaGbSecond,
    fixedPerMonth: 0,
    ceiling: {
      perSecond: expressChildrenPerSecond * batch,
      by: 'dispatch, 1,000 children/s, until functions are throttled',
    },
    cannot:
      exceededPayload({ ...workload, payloadKb: workload.payloadKb * batch }) ??
      exceededDuration(workload, batch),
    without: `an execution for each item: a batch fails and is retried whole; and ${missingFeatures}`,
  };
};

/** A distributed Map with one Standard child for each item. */
export const mapStandard: Engine = (workload, amounts) => ({
  ...standard(workload, amounts),
  name: 'distributed Map, a Standard child an item',
  orchestration: {
    transitions: workload.executions * (workload.states + 1) * amounts.standardTransition,
  },
  ceiling: { perSecond: standardChildrenPerSecond, by: 'dispatch, 100 children/s' },
});

/** Cost of handlers when each Task invokes a function. */
function separateInvocations(workload: Workload, amounts: Amounts): number {
  const { executions, tasks } = workload;
  const seconds = executions * handlerSeconds(workload);
  const compute = seconds * memoryGb(workload) * amounts.lambdaGbSecond;
  return executions * tasks * amounts.lambdaRequest + compute;
}

/** Duration cost of one Express execution that processes `items` one after another. */
function expressDuration(workload: Workload, amounts: Amounts, items: number): number {
  const seconds = items * handlerSeconds(workload) + expressOverheadSeconds;
  const usedMb = expressOverheadMb + (items * workload.payloadKb) / 1024;
  const gigabytes = (Math.ceil(usedMb / expressIncrementMb) * expressIncrementMb) / 1024;
  return seconds * gigabytes * amounts.expressGbSecond;
}

function exceededPayload({ payloadKb }: Workload): string | null {
  return payloadKb > payloadKbMax ? `a payload has at most ${payloadKbMax} KiB` : null;
}

function exceededHistory({ states }: Workload): string | null {
  return states * eventsPerState > historyEventsMax
    ? `a history has at most ${historyEventsMax.toLocaleString('en')} events`
    : null;
}

function exceededDuration(workload: Workload, items: number): string | null {
  return items * handlerSeconds(workload) > expressSecondsMax
    ? 'an Express execution lasts at most 5 minutes'
    : null;
}

type RateLimit = readonly [perSecond: number, name: string];

function lowestOf(...limits: [RateLimit, ...RateLimit[]]) {
  const [perSecond, by] = limits.reduce((lowest, limit) => (limit[0] < lowest[0] ? limit : lowest));
  return { perSecond, by };
}
