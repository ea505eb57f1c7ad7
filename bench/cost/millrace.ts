/** Millrace on Lambda, SQS and Aurora over the Data API. */
import { type Engine, type Estimate, handlerSeconds } from './estimate.ts';
import type { Amounts } from './prices.ts';
import type { Workload } from './workload.ts';

/** A message is sent, received and deleted, ten to a call. */
const sqsCallsPerMessage = 0.3;
const meteredKb = 32;
/** Of what an invocation logs, in KB: ids, never payloads. */
const logKbPerInvocation = 1;

/**
 * ACU-hours for a million executions' parts of statements, and for a million statements. Estimates;
 * nothing but a bill tells better.
 */
const acuHoursPerMillionWrites = 0.5;
const acuHoursPerMillionCalls = 0.5;

const hoursPerMonth = 730;
const acusAlwaysOn = 0.5;
/** AWS's example of a wake: about three ACUs for the five idle minutes and a half more. */
const acuHoursPerWake = 3 * (5.5 / 60);
/** An idle event source polls with five pollers, three times a minute. */
const idlePollsPerMonth = 5 * 3 * 60 * 24 * 30;

/** Millrace, its handlers overlapped as the workload says. */
export const millrace: Engine = (workload, amounts) => {
  const { overlap } = workload;
  const how = overlap > 1 ? `handlers ${overlap} at once` : 'handlers one by one';
  return {
    name: `Millrace, ${how}`,
    orchestration: orchestration(workload, amounts),
    handlers: handlers(workload, amounts),
    fixedPerMonth: fixedPerMonth(workload, amounts),
    ceiling: ceiling(workload),
    cannot: null,
    without: 'a service that AWS runs: the database is yours to size and watch',
  };
};

/** Calls of the Data API for one run. */
export function dataApiCalls({ executions, statements, group }: Workload): number {
  return (executions * statements) / group;
}

/** How long an invocation lasts that takes one SQS batch. */
export function invocationSeconds(workload: Workload): number {
  const { batch, overlap } = workload;
  return (batch * handlerSeconds(workload)) / overlap + waitSeconds(workload);
}

/** What the functions can carry, or the database, whichever is less. */
function ceiling(workload: Workload): Estimate['ceiling'] {
  const { concurrency, batch, maxAcus } = workload;
  const byFunctions = (concurrency * batch) / invocationSeconds(workload);
  const byDatabase = (maxAcus * workload.executions) / (acuHours(workload) * 3600);
  return byFunctions < byDatabase
    ? { perSecond: byFunctions, by: `${concurrency.toLocaleString('en')} invocations at once` }
    : { perSecond: byDatabase, by: `${maxAcus} ACUs, an estimate` };
}

/** What one run takes of the database's capacity. */
function acuHours(workload: Workload): number {
  const writes = workload.executions * workload.writes;
  const calls = dataApiCalls(workload);
  return (writes * acuHoursPerMillionWrites + calls * acuHoursPerMillionCalls) / 1e6;
}

/** How much of it waits for the database. */
function waitSeconds({ writes, latencyMs, batch, group }: Workload): number {
  return writes * (latencyMs / 1000) * Math.max(1, batch / group);
}

function orchestration(workload: Workload, amounts: Amounts): Record<string, number> {
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
  };
}

function handlers(workload: Workload, amounts: Amounts): number {
  const seconds = (workload.executions * handlerSeconds(workload)) / workload.overlap;
  return seconds * workerGb(workload) * amounts.lambdaGbSecond;
}

function workerGb({ workerMb }: Workload): number {
  return workerMb / 1024;
}

/** The database, idle polls, the secret and the alarms. */
function fixedPerMonth({ wakes, queues, alarms }: Workload, amounts: Amounts): number {
  const idleHours = wakes === null ? acusAlwaysOn * hoursPerMonth : wakes * acuHoursPerWake;
  // Of each queue and of its dead letters, and of the leader's queue.
  const eventSources = 2 * queues + 1;
  return (
    idleHours * amounts.acuHour +
    eventSources * idlePollsPerMonth * amounts.sqsRequest +
    amounts.secretMonth +
    alarms * amounts.alarmMonth
  );
}
