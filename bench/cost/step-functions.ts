/** Step Functions: Standard, Express, and the distributed Map in its forms. */
import { type Engine, handlerSeconds, memoryGb } from './estimate.ts';
import type { Amounts } from './prices.ts';
import type { Workload } from './workload.ts';

const startsPerSecond = 300;
const expressStartsPerSecond = 6000;
const transitionsPerSecond = 5000;
const standardChildrenPerSecond = 100;
const expressChildrenPerSecond = 1000;
type Bound = readonly [number, string];
const payloadKbMax = 256;
const historyEventsMax = 25_000;
/** A Task is scheduled, started and ended, and its state entered and left. */
const eventsPerState = 5;
const expressSecondsMax = 300;

/** Beside the handlers: what an Express execution of a few states takes, in seconds. */
const expressOwnSeconds = 0.1;
const expressOwnMb = 50;
/** Memory is billed in pieces of this size. */
const expressPieceMb = 64;
/** What the log of one state weighs beside its payload, in KB. */
const logOverheadKb = 1.4;

const none =
  'redrives from the failed state, priorities, history in SQL, runs without an AWS account';

/** Standard workflows, each execution started by itself. */
export const standard: Engine = (workload, amounts) => ({
  name: 'Step Functions Standard',
  orchestration: {
    transitions: workload.executions * workload.states * amounts.standardTransition,
  },
  handlers: handlersOneByOne(workload, amounts),
  fixedPerMonth: 0,
  ceiling: slowest(
    [startsPerSecond, 'StartExecution, 300/s'],
    [transitionsPerSecond / workload.states, 'state transitions, 5,000/s'],
  ),
  cannot: tooLarge(workload) ?? tooLong(workload),
  without: 'priorities, history in SQL, more than 25,000 events, runs without an AWS account',
});

/** Express workflows, started asynchronously; their history only in logs. */
export const express: Engine = (workload, amounts) => ({
  name: 'Step Functions Express, no logs',
  orchestration: {
    requests: workload.executions * amounts.expressRequest,
    duration: workload.executions * expressDuration(workload, amounts, 1),
  },
  handlers: handlersOneByOne(workload, amounts),
  fixedPerMonth: 0,
  ceiling: { perSecond: expressStartsPerSecond, by: 'StartExecution, 6,000/s' },
  cannot: tooLarge(workload) ?? tooSlow(workload, 1),
  without: `durability and any history, waits over 5 min, callbacks, ${none}`,
});

/** The same with what it logs at level ALL with data. */
export const expressWithLogs: Engine = (workload, amounts) => {
  const estimate = express(workload, amounts);
  const logKb = workload.states * (workload.payloadKb + logOverheadKb);
  const logs = ((workload.executions * logKb) / 1e6) * amounts.logsGb;
  return {
    ...estimate,
    name: 'Step Functions Express, all logged',
    orchestration: { ...estimate.orchestration, logs },
    without: `durability, waits over 5 min, callbacks, ${none}`,
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

/** A distributed Map whose Express children take a batch of items each: a call a task and batch. */
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
      tooLarge({ ...workload, payloadKb: workload.payloadKb * batch }) ?? tooSlow(workload, batch),
    without: `an execution for each item: a batch fails and is retried whole; and ${none}`,
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

/** Each Task invokes a function of its own. */
function handlersOneByOne(workload: Workload, amounts: Amounts): number {
  const { executions, tasks } = workload;
  const seconds = executions * handlerSeconds(workload);
  const compute = seconds * memoryGb(workload) * amounts.lambdaGbSecond;
  return executions * tasks * amounts.lambdaRequest + compute;
}

/** Of one Express execution that takes `items` one after the other. */
function expressDuration(workload: Workload, amounts: Amounts, items: number): number {
  const seconds = items * handlerSeconds(workload) + expressOwnSeconds;
  const ownMb = expressOwnMb + (items * workload.payloadKb) / 1024;
  const gigabytes = (Math.ceil(ownMb / expressPieceMb) * expressPieceMb) / 1024;
  return seconds * gigabytes * amounts.expressGbSecond;
}

function tooLarge({ payloadKb }: Workload): string | null {
  return payloadKb > payloadKbMax ? `a payload has at most ${payloadKbMax} KiB` : null;
}

function tooLong({ states }: Workload): string | null {
  return states * eventsPerState > historyEventsMax
    ? `a history has at most ${historyEventsMax.toLocaleString('en')} events`
    : null;
}

function tooSlow(workload: Workload, items: number): string | null {
  return items * handlerSeconds(workload) > expressSecondsMax
    ? 'an Express execution lasts at most 5 minutes'
    : null;
}

function slowest(...bounds: [Bound, ...Bound[]]) {
  const [perSecond, by] = bounds.reduce((least, bound) => (bound[0] < least[0] ? bound : least));
  return { perSecond, by };
}
