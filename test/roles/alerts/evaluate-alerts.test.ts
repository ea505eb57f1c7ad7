/** Which alerts open, change and end, for each rule. */
import { describe, expect, it } from 'vitest';
import type { AlertRecord, WatchedBatch } from '../../../lib/ports/store/alert-store.ts';
import type { WorkerRecord } from '../../../lib/ports/store/worker-store.ts';
import { type AlertRules, alertRuleDefaults } from '../../../lib/roles/alerts/alert-rules.ts';
import type { AlertSnapshot } from '../../../lib/roles/alerts/alert-snapshot.ts';
import { evaluateAlerts } from '../../../lib/roles/alerts/evaluate-alerts.ts';

const minuteMs = 60_000;

type WatchedSchedule = AlertSnapshot['schedules'][number];

const healthy: AlertSnapshot = {
  waits: [{ queue: 'low', oldestMs: 1_000 }],
  facts: { batches: [], archived: 0 },
  workers: [],
  depths: [{ queue: 'low', dead: 0 }],
  schema: { applied: 3, known: 3, fits: true },
  schedules: [],
  now: 100 * minuteMs,
  skewMs: 0,
};

const allOff: AlertRules = {
  queueAgeMinutes: false,
  failureRate: false,
  batchPaused: false,
  workerLost: false,
  archiveGrowth: false,
  deadLetters: false,
  clockSkew: false,
  scheduleLateMinutes: false,
  scheduleMissed: false,
  schemaBehind: false,
};

function batch(changes: Partial<WatchedBatch> = {}): WatchedBatch {
  const counts = { ended: 100, failed: 0 };
  return { id: 'b/1', name: 'orders', status: 'RUNNING', reason: null, ...counts, ...changes };
}

function worker(changes: Partial<WorkerRecord> = {}): WorkerRecord {
  return {
    workerId: 'w-7',
    about: '{"role":"worker","host":"h1"}',
    since: 0,
    lastBeatAt: 0,
    expiresInMs: -5,
    alive: false,
    running: 3,
    ...changes,
  };
}

function open(changes: Partial<AlertRecord> = {}): AlertRecord {
  return {
    id: 'a-1',
    rule: 'queueAge',
    subject: 'queue:low',
    severity: 'warning',
    message: 'old',
    link: '/queues/low',
    since: 0,
    endedAt: null,
    ...changes,
  };
}

function evaluate(
  snapshot: Partial<AlertSnapshot>,
  alerts: readonly AlertRecord[] = [],
  rules: Partial<AlertRules> = {},
) {
  return evaluateAlerts({ ...healthy, ...snapshot }, { ...alertRuleDefaults, ...rules }, alerts);
}

function schedule(changes: Partial<WatchedSchedule> = {}): WatchedSchedule {
  return { name: 'nightly', waiting: null, missed: null, pausedAt: null, ...changes };
}

/** An occurrence that was due after so many minutes, and has not started. */
function waits(minutes: number, reason: string | null = 'no such file: in.csv') {
  const dueAt = minutes * minuteMs;
  return { dueAt, since: dueAt, tries: 3, nextTryAt: dueAt, reason };
}

const missed = { dueAt: 0, at: 0, reason: 'given up: no such file: in.csv' };

/** One condition of each rule. */
const everything: AlertSnapshot = {
  waits: [{ queue: 'low', oldestMs: 16 * minuteMs }],
  facts: { batches: [batch({ failed: 12 }), batch({ id: 'p', status: 'PAUSED' })], archived: 100 },
  workers: [worker()],
  depths: [{ queue: 'low', dead: 10 }],
  schema: { applied: 2, known: 3, fits: false },
  schedules: [schedule({ waiting: waits(85), missed })],
  now: 100 * minuteMs,
  skewMs: 6_000,
};

describe('evaluating the alert rules', () => {
  it('nothing is opened while all is well', () => {
    expect(evaluate({})).toEqual({ open: [], update: [], end: [] });
  });

  it('every rule opens an alert with a link to the page that explains it', () => {
    const found = evaluate(everything).open;

    expect(found).toEqual([
      {
        rule: 'queueAge',
        subject: 'queue:low',
        severity: 'warning',
        message: "the oldest task of the queue 'low' has waited for 16 min",
        link: '/queues/low',
      },
      {
        rule: 'failureRate',
        subject: 'batch:b/1',
        severity: 'warning',
        message: "12 % of the ended executions of the batch 'orders' have failed",
        link: '/batches/b%2F1',
      },
      {
        rule: 'batchPaused',
        subject: 'batch:p',
        severity: 'critical',
        message: "the batch 'orders' is PAUSED",
        link: '/batches/p',
      },
      {
        rule: 'workerLost',
        subject: 'worker:w-7',
        severity: 'warning',
        message: 'the worker w-7 on h1 stopped sending heartbeats',
        link: '/workers',
      },
      {
        rule: 'archiveGrowth',
        subject: 'archive',
        severity: 'warning',
        message: '100 tasks or more were archived within the last hour',
        link: '/archive',
      },
      {
        rule: 'deadLetters',
        subject: 'queue:low',
        severity: 'warning',
        message: "the queue 'low' has 10 dead letters that are not archived",
        link: '/queues/low',
      },
      {
        rule: 'clockSkew',
        subject: 'clock',
        severity: 'warning',
        message: "the leader's clock is 6 s behind the database's",
        link: '/health',
      },
      {
        rule: 'scheduleLate',
        subject: 'schedule:nightly',
        severity: 'warning',
        message: "the batch 'nightly' was due 15 min ago and has not started: no such file: in.csv",
        link: '/schedules',
      },
      {
        rule: 'scheduleMissed',
        subject: 'schedule:nightly',
        severity: 'critical',
        message:
          "the batch 'nightly' that was due at 1970-01-01T00:00:00.000Z did not start: " +
          'given up: no such file: in.csv',
        link: '/schedules',
      },
      {
        rule: 'schemaBehind',
        subject: 'schema',
        severity: 'critical',
        message: "the database's schema has the version 2, and the leader knows 3",
        link: '/health',
      },
    ]);
  });

  it('a rule that is off opens nothing, and ends what it had opened', () => {
    const alerts = evaluate(everything).open.map((each, index) =>
      open({ ...each, id: `a-${index}` }),
    );

    expect(evaluateAlerts(everything, allOff, [])).toEqual({ open: [], update: [], end: [] });
    expect(evaluateAlerts(everything, allOff, alerts).end).toEqual(alerts);
  });

  it('an open alert is not opened again, and its message is kept up to date', () => {
    const waits = [{ queue: 'low', oldestMs: 17 * minuteMs }];
    const message = "the oldest task of the queue 'low' has waited for 17 min";

    expect(evaluate({ waits }, [open()])).toEqual({
      open: [],
      update: [{ id: 'a-1', severity: 'warning', message }],
      end: [],
    });
    expect(evaluate({ waits }, [open({ message })])).toEqual({ open: [], update: [], end: [] });
  });

  it('an alert ends when its condition no longer holds, or its rule is unknown', () => {
    const alerts = [open(), open({ id: 'a-2', rule: 'ofAnotherVersion' })];

    expect(evaluate({}, alerts)).toEqual({ open: [], update: [], end: alerts });
  });

  it('an alert whose facts are not known stays as it is', () => {
    const alerts = [open({ rule: 'deadLetters' })];

    expect(evaluate({ depths: null }, alerts)).toEqual({ open: [], update: [], end: [] });
    expect(evaluate({ depths: null }, alerts, { deadLetters: false }).end).toEqual(alerts);
  });
});

describe('the thresholds of the rules', () => {
  it('a queue that is much older than its threshold is critical', () => {
    const waits = [{ queue: 'low', oldestMs: 60 * minuteMs }];

    expect(evaluate({ waits }).open).toMatchObject([{ severity: 'critical' }]);
    expect(evaluate({ waits }, [], { queueAgeMinutes: 61 }).open).toEqual([]);
  });

  it('a few executions are no failure rate', () => {
    const few = { batches: [batch({ ended: 19, failed: 19 })], archived: 0 };
    const enough = { batches: [batch({ ended: 20, failed: 2 })], archived: 0 };

    expect(evaluate({ facts: few }).open).toEqual([]);
    expect(evaluate({ facts: enough }).open).toHaveLength(1);
    expect(evaluate({ facts: enough }, [], { failureRate: 0.2 }).open).toEqual([]);
  });

  it('a batch that a person has paused is worth less attention', () => {
    const reason = 'paused on request';
    const facts = { batches: [batch({ status: 'PAUSED', reason })], archived: 0 };

    expect(evaluate({ facts }).open).toMatchObject([
      { severity: 'info', message: "the batch 'orders' is PAUSED: paused on request" },
    ]);
  });

  it('a worker that is alive, or describes itself otherwise, is handled', () => {
    const unnamed = worker({ about: '{"host":7}' });

    expect(evaluate({ workers: [worker({ alive: true })] }).open).toEqual([]);
    expect(evaluate({ workers: [unnamed] }).open).toMatchObject([
      { message: 'the process w-7 stopped sending heartbeats' },
    ]);
  });

  it('a schedule is late from its threshold on, and critical when it is four times as late', () => {
    const late = (minutes: number) =>
      evaluate({ schedules: [schedule({ waiting: waits(minutes, null) })] }).open;

    expect(late(86)).toEqual([]);
    expect(late(85)).toMatchObject([
      { message: "the batch 'nightly' was due 15 min ago and has not started" },
    ]);
    expect(late(40)).toMatchObject([{ severity: 'critical' }]);
  });

  it('a clock that is ahead is as bad as one that is behind', () => {
    expect(evaluate({ skewMs: -9_000 }).open).toMatchObject([
      { message: "the leader's clock is 9 s ahead of the database's" },
    ]);
    expect(evaluate({ skewMs: 4_999 }).open).toEqual([]);
  });
});
