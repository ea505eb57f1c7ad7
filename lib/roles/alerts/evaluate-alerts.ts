/** Decides which alerts open, change and end. Pure. */
import type {
  AlertRecord,
  AlertUpdate,
  NewAlert,
  WatchedBatch,
} from '../../ports/store/alert-store.ts';
import type { WorkerRecord } from '../../ports/store/worker-store.ts';
import type { AlertRules } from './alert-rules.ts';
import type { AlertSnapshot } from './alert-snapshot.ts';

/** A condition that holds now. */
export type FoundAlert = Pick<NewAlert, 'rule' | 'subject' | 'severity' | 'message' | 'link'>;

/** What to do so that the open alerts are those whose conditions hold. */
export interface AlertDecision {
  readonly open: readonly FoundAlert[];
  readonly update: readonly AlertUpdate[];
  readonly end: readonly AlertRecord[];
}

type Finding = Omit<FoundAlert, 'rule'>;

/** Returns what a rule finds; null when that is not known now. A rule that is off finds nothing. */
type FindAlerts = (snapshot: AlertSnapshot, rules: AlertRules) => readonly Finding[] | null;

/** Number of ended executions from which a failure rate says something. */
const endedMin = 20;

/** A queue that is this many times older than its threshold is critical. */
const criticalFactor = 4;

const findings: Readonly<Record<string, FindAlerts>> = {
  queueAge: findOldQueues,
  failureRate: findFailingBatches,
  batchPaused: findPausedBatches,
  workerLost: findLostWorkers,
  archiveGrowth: findArchiveGrowth,
  deadLetters: findDeadLetters,
  clockSkew: findClockSkew,
  scheduleLate: findLateSchedules,
  scheduleMissed: findMissedSchedules,
  schemaBehind: findForeignSchema,
};

/**
 * Compares the open alerts with the conditions that hold. An alert of a rule whose facts are not
 * known stays as it is; one of a rule that no longer exists ends.
 */
export function evaluateAlerts(
  snapshot: AlertSnapshot,
  rules: AlertRules,
  open: readonly AlertRecord[],
): AlertDecision {
  const unknown = new Set<string>();
  const found = new Map<string, FoundAlert>();
  for (const [rule, find] of Object.entries(findings)) {
    const all = find(snapshot, rules);
    if (all === null) unknown.add(rule);
    for (const finding of all ?? []) found.set(keyOf({ rule, ...finding }), { rule, ...finding });
  }
  const known = new Set(open.map(keyOf));
  return {
    open: [...found].flatMap(([key, alert]) => (known.has(key) ? [] : [alert])),
    update: open.flatMap((alert) => changesOf(alert, found.get(keyOf(alert)))),
    end: open.filter((alert) => !found.has(keyOf(alert)) && !unknown.has(alert.rule)),
  };
}

function keyOf({ rule, subject }: Pick<NewAlert, 'rule' | 'subject'>): string {
  return JSON.stringify([rule, subject]);
}

function changesOf(alert: AlertRecord, now: FoundAlert | undefined): AlertUpdate[] {
  if (now === undefined) return [];
  const { severity, message } = now;
  if (severity === alert.severity && message === alert.message) return [];
  return [{ id: alert.id, severity, message }];
}

function findOldQueues({ waits }: AlertSnapshot, { queueAgeMinutes }: AlertRules): Finding[] {
  if (queueAgeMinutes === false) return [];
  return waits.flatMap(({ queue, oldestMs }) => {
    const minutes = Math.floor(oldestMs / 60_000);
    if (minutes < queueAgeMinutes) return [];
    return [
      {
        subject: `queue:${queue}`,
        severity: minutes >= criticalFactor * queueAgeMinutes ? 'critical' : 'warning',
        message: `the oldest task of the queue '${queue}' has waited for ${minutes} min`,
        link: `/queues/${encodeURIComponent(queue)}`,
      },
    ];
  });
}

function findFailingBatches({ facts }: AlertSnapshot, { failureRate }: AlertRules): Finding[] {
  if (failureRate === false) return [];
  return facts.batches.flatMap((batch) => {
    const { status, ended, failed } = batch;
    if (status !== 'RUNNING' || ended < endedMin || failed / ended < failureRate) return [];
    const percent = Math.floor((failed / ended) * 100);
    const message = `${percent} % of the ended executions of the batch '${batch.name}' have failed`;
    return [aboutBatch(batch, 'warning', message)];
  });
}

function findPausedBatches({ facts }: AlertSnapshot, { batchPaused }: AlertRules): Finding[] {
  if (!batchPaused) return [];
  return facts.batches.flatMap((batch) => {
    if (batch.status !== 'PAUSED') return [];
    const { name, reason } = batch;
    const byPerson = reason === 'paused on request';
    const message = `the batch '${name}' is PAUSED${reason === null ? '' : `: ${reason}`}`;
    return [aboutBatch(batch, byPerson ? 'info' : 'critical', message)];
  });
}

function aboutBatch({ id }: WatchedBatch, severity: Finding['severity'], message: string): Finding {
  return { subject: `batch:${id}`, severity, message, link: `/batches/${encodeURIComponent(id)}` };
}

function findLostWorkers({ workers }: AlertSnapshot, { workerLost }: AlertRules): Finding[] {
  if (!workerLost) return [];
  return workers.flatMap((worker): Finding[] => {
    if (worker.alive) return [];
    const subject = `worker:${worker.workerId}`;
    const message = `${describeWorker(worker)} stopped sending heartbeats`;
    return [{ subject, severity: 'warning', message, link: '/workers' }];
  });
}

function describeWorker({ workerId, about }: WorkerRecord): string {
  const { role, host } = JSON.parse(about) as { readonly role?: unknown; readonly host?: unknown };
  const name = `the ${typeof role === 'string' ? role : 'process'} ${workerId}`;
  return typeof host === 'string' && host !== '' ? `${name} on ${host}` : name;
}

function findArchiveGrowth({ facts }: AlertSnapshot, { archiveGrowth }: AlertRules): Finding[] {
  if (archiveGrowth === false || facts.archived < archiveGrowth) return [];
  const message = `${archiveGrowth} tasks or more were archived within the last hour`;
  return [{ subject: 'archive', severity: 'warning', message, link: '/archive' }];
}

function findDeadLetters({ depths }: AlertSnapshot, { deadLetters }: AlertRules): Finding[] | null {
  if (deadLetters === false) return [];
  if (depths === null) return null;
  return depths.flatMap(({ queue, dead }): Finding[] => {
    if (dead < deadLetters) return [];
    const message = `the queue '${queue}' has ${dead} dead letters that are not archived`;
    const link = `/queues/${encodeURIComponent(queue)}`;
    return [{ subject: `queue:${queue}`, severity: 'warning', message, link }];
  });
}

function findClockSkew({ skewMs }: AlertSnapshot, { clockSkew }: AlertRules): Finding[] {
  if (clockSkew === false || Math.abs(skewMs) < clockSkew * 1_000) return [];
  const seconds = Math.abs(skewMs / 1_000).toFixed(0);
  const way = skewMs > 0 ? 'behind' : 'ahead of';
  const message = `the leader's clock is ${seconds} s ${way} the database's`;
  return [{ subject: 'clock', severity: 'warning', message, link: '/health' }];
}

function findLateSchedules(
  { schedules, now }: AlertSnapshot,
  { scheduleLateMinutes }: AlertRules,
): Finding[] {
  if (scheduleLateMinutes === false) return [];
  return schedules.flatMap(({ name, waiting }): Finding[] => {
    const minutes = waiting === null ? 0 : Math.floor((now - waiting.dueAt) / 60_000);
    if (waiting === null || minutes < scheduleLateMinutes) return [];
    const why = waiting.reason === null ? '' : `: ${waiting.reason}`;
    const isCritical = minutes >= criticalFactor * scheduleLateMinutes;
    return [
      aboutSchedule(
        name,
        isCritical ? 'critical' : 'warning',
        `the batch '${name}' was due ${minutes} min ago and has not started${why}`,
      ),
    ];
  });
}

function findMissedSchedules(
  { schedules }: AlertSnapshot,
  { scheduleMissed }: AlertRules,
): Finding[] {
  if (!scheduleMissed) return [];
  return schedules.flatMap(({ name, missed }): Finding[] => {
    if (missed === null) return [];
    const due = new Date(missed.dueAt).toISOString();
    const message = `the batch '${name}' that was due at ${due} did not start: ${missed.reason}`;
    return [aboutSchedule(name, 'critical', message)];
  });
}

function aboutSchedule(name: string, severity: Finding['severity'], message: string): Finding {
  return { subject: `schedule:${name}`, severity, message, link: '/schedules' };
}

function findForeignSchema({ schema }: AlertSnapshot, { schemaBehind }: AlertRules): Finding[] {
  const { applied, known, fits } = schema;
  // After a rollback, this release works on the schema of the next.
  if (!schemaBehind || fits) return [];
  const message = `the database's schema has the version ${applied}, and the leader knows ${known}`;
  return [{ subject: 'schema', severity: 'critical', message, link: '/health' }];
}
