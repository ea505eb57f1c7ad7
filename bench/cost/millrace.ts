/** Estimates Millrace on Lambda, SQS and Aurora over the Data API. */
import { type Engine, type Estimate, handlerSeconds, sum } from './estimate.ts';
import type { Amounts } from './prices.ts';
import type { Workload } from './workload.ts';

/** A message is sent, received and deleted, ten messages to a call. */
const sqsCallsPerMessage = 0.3;
const meteredKb = 32;
/** Log output of an invocation, in KB: ids, never payloads. */
const logKbPerInvocation = 1;

/**
 * ACU-hours per million writes of single executions, and per million statements. These are
 * estimates: only a bill shows the real values.
 */
const acuHoursPerMillionWrites = 0.5;
const acuHoursPerMillionCalls = 0.5;

const hoursPerMonth = 730;
const acusAlwaysOn = 0.5;
/**
 * AWS's example of a wake: about three ACUs for half a minute and the five idle minutes after it.
 */
const acuHoursPerWake = 3 * (5.5 / 60);
/** An idle event source mapping has five pollers, each polling three times a minute. */
const idlePollsPerMonth = 5 * 3 * 60 * 24 * 30;

/** While there is work, a schedule invokes the leader once a minute. */
const leaderInvocationsPerHour = 60;

/** A page asks every 5 s what has changed, and about as often for what has. */
const dashboardRequestsPerHour = 2 * (3600 / 5);
/** Memory of the function behind the hosted dashboard, in GB. */
const dashboardGb = 0.5;

/** Memory of the function of Step Functions' API, in GB. */
const stepFunctionsGb = 1;
/** Data API calls of an operation of that API: finding what it names, and carrying it out. */
const callsPerOperation = 2;
/** How long a poll for work waits, in seconds. */
const pollSeconds = 60;

/** Millrace, with as many handlers at once as the workload says. */
export const millrace: Engine = (workload, amounts) => {
  const { overlap } = workload;
  const concurrencyText = overlap > 1 ? `handlers ${overlap} at once` : 'handlers one by one';
  return {
    name: `Millrace, ${concurrencyText}`,
    orchestration: orchestration(workload, amounts),
    handlers: handlers(workload, amounts),
    fixedPerMonth: sum(Object.values(fixedItems(workload, amounts))),
    ceiling: ceiling(workload),
    cannot: null,
    without: 'a service that AWS runs: the database is yours to size and watch',
  };
};

/** Returns the Data API calls of one run. */
export function dataApiCalls({ executions, statements, group }: Workload): number {
  return (executions * statements) / group;
}

/** Returns the duration of an invocation that processes one SQS batch, in seconds. */
export function invocationSeconds(workload: Workload): number {
  const { batch, overlap } = workload;
  return (batch * handlerSeconds(workload)) / overlap + waitSeconds(workload);
}

/** The maximum rate: that of the functions or that of the database, whichever is lower. */
function ceiling(workload: Workload): Estimate['ceiling'] {
  const { concurrency, batch, maxAcus } = workload;
  const byFunctions = (concurrency * batch) / invocationSeconds(workload);
  const byDatabase = (maxAcus * workload.executions) / (acuHours(workload) * 3600);
  return byFunctions < byDatabase
    ? { perSecond: byFunctions, by: `${concurrency.toLocaleString('en')} invocations at once` }
    : { perSecond: byDatabase, by: `${maxAcus} ACUs, an estimate` };
}

/** Database capacity that one run uses. */
function acuHours(workload: Workload): number {
  const writes = workload.executions * workload.writes;
  const calls = dataApiCalls(workload);
  return (writes * acuHoursPerMillionWrites + calls * acuHoursPerMillionCalls) / 1e6;
}

/** Time in which an invocation waits for the database, in seconds. */
function waitSeconds({ writes, latencyMs, batch, group }: Workload): number {
  return writes * (latencyMs / 1000) * Math.max(1, batch / group);
}

/** Returns the cost of one run besides the handlers, by item. */
export function orchestration(workload: Workload, amounts: Amounts): Record<string, number> {
  const { executions, batch, group, payloadKb, ioPerWrite } = workload;
  const invocations = executions / batch;
  const writes = executions * workload.writes;
  const calls = dataApiCalls(workload);
  const units = Math.ceil((group * payloadKb) / meteredKb);
  const waiting = invocations * waitSeconds(workload) * workerGb(workload);
  return {
    queues: executions * sqsCallsPerMessage * amounts.sqsRequest,
    invocations: invocations * amounts.lambdaRequest,
    waiting: waiting * amounts.lambdaGbSecond,
    dataApi: calls * units * amounts.dataApiUnit,
    capacity: acuHours(workload) * amounts.acuHour,
    io: writes * ioPerWrite * amounts.auroraIo,
    logs: ((invocations * logKbPerInvocation) / 1e6) * amounts.logsGb,
    events: executions * workload.eventShare * amounts.event,
  };
}

/** Returns the cost of the time of handlers in one run. */
export function handlers(workload: Workload, amounts: Amounts): number {
  const seconds = (workload.executions * handlerSeconds(workload)) / workload.overlap;
  return seconds * workerGb(workload) * amounts.lambdaGbSecond;
}

function workerGb({ workerMb }: Workload): number {
  return workerMb / 1024;
}

/** Returns the cost of a month besides its runs, by item. */
export function fixedItems(workload: Workload, amounts: Amounts): Record<string, number> {
  const { wakes, queues, alarms, secrets, dashboards, natGateways, metrics } = workload;
  const idleHours = wakes === null ? acusAlwaysOn * hoursPerMonth : wakes * acuHoursPerWake;
  // One for each queue, one for its dead-letter queue, and one for the leader queue.
  const eventSources = 2 * queues + 1;
  const hours = workingHours(workload);
  return {
    awake: idleHours * amounts.acuHour,
    polls: eventSources * idlePollsPerMonth * amounts.sqsRequest,
    secrets: secrets * amounts.secretMonth,
    alarms: alarms * amounts.alarmMonth,
    metrics: metrics * (hours / hoursPerMonth) * amounts.metricMonth,
    dashboards: dashboards * amounts.dashboardMonth,
    schedules: hours * leaderInvocationsPerHour * amounts.scheduleInvocation,
    network: natGateways * hoursPerMonth * amounts.natHour,
    hostedDashboard: hostedDashboard(workload, amounts),
    stepFunctionsApi: stepFunctionsApi(workload, amounts),
  };
}

/** Hours of a month in which anything runs: metrics are billed by the started hour. */
function workingHours(workload: Workload): number {
  const { executions, runs } = workload;
  const hoursPerRun = Math.ceil(executions / ceiling(workload).perSecond / 3600);
  return Math.min(hoursPerMonth, runs * hoursPerRun);
}

/**
 * The monthly cost of the hosted dashboard: its requests, the database that they keep awake, the
 * secret of its login and an alarm. A page that no one looks at asks nothing.
 */
function hostedDashboard({ dashboardHours, latencyMs }: Workload, amounts: Amounts): number {
  if (dashboardHours === 0) return 0;
  const seconds = (latencyMs / 1000) * dashboardGb;
  const perRequest =
    amounts.cloudFrontRequest +
    amounts.lambdaRequest +
    seconds * amounts.lambdaGbSecond +
    amounts.dataApiUnit;
  const perHour = dashboardRequestsPerHour * perRequest + acusAlwaysOn * amounts.acuHour;
  return dashboardHours * perHour + amounts.secretMonth + amounts.alarmMonth;
}

/**
 * The monthly cost of Step Functions' API: its calls, the workers that wait in it for work, and an
 * alarm. While nothing runs, a poll asks the leader's schedule, and not the database.
 */
function stepFunctionsApi(workload: Workload, amounts: Amounts): number {
  const { apiCalls, activityWorkers, latencyMs } = workload;
  if (apiCalls === 0 && activityWorkers === 0) return 0;
  const seconds = ((callsPerOperation * latencyMs) / 1000) * stepFunctionsGb;
  const perCall =
    amounts.lambdaRequest +
    seconds * amounts.lambdaGbSecond +
    callsPerOperation * amounts.dataApiUnit;
  const waitingSeconds = activityWorkers * hoursPerMonth * 3600;
  const polls = (waitingSeconds / pollSeconds) * amounts.lambdaRequest;
  const waiting = waitingSeconds * stepFunctionsGb * amounts.lambdaGbSecond;
  return apiCalls * perCall + polls + waiting + amounts.alarmMonth;
}
