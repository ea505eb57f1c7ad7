/** Alerts, and the deliveries to webhooks that are queued with them. */
import { expect } from 'vitest';
import type { NewAlert } from '../../../lib/ports/store/alert-store.ts';
import type { NewDelivery } from '../../../lib/ports/store/webhook-store.ts';
import {
  batchExecutions,
  type Clause,
  createEnded,
  deadLetter,
  leaseMs,
  newBatch,
  nextId,
} from './store-harness.ts';

const dayMs = 86_400_000;

/** Returns an alert to open. */
function newAlert(changes: Partial<NewAlert> = {}): NewAlert {
  return {
    id: nextId(),
    rule: 'queueAge',
    subject: 'queue:low',
    severity: 'warning',
    message: 'the oldest task has waited for 16 min',
    link: '/queues/low',
    since: 5_000,
    deliveries: [],
    ...changes,
  };
}

/** Returns a delivery to queue. */
function newDelivery(changes: Partial<NewDelivery> = {}): NewDelivery {
  return {
    id: nextId(),
    url: 'https://hooks.example.com/a',
    secretName: 'ops',
    type: 'millrace.alert.opened',
    body: '{ "a":1 }',
    ...changes,
  };
}

/** Defines the clauses about alerts and webhooks. */
export function alertClauses(clause: Clause): void {
  openingClauses(clause);
  endingClauses(clause);
  factsClauses(clause);
  deliveryClauses(clause);
}

function openingClauses(clause: Clause): void {
  clause('an alert is listed as it was opened', async ({ store }) => {
    const { deliveries: _, ...alert } = newAlert({ message: 'no \0 here' });

    expect(await store.openAlerts([{ ...alert, deliveries: [] }])).toEqual([alert.id]);

    expect(await store.listAlerts(10)).toEqual([
      { ...alert, message: 'no \uFFFD here', endedAt: null },
    ]);
  });

  clause('a rule has one open alert for each subject', async ({ store }) => {
    const first = newAlert();
    await store.openAlerts([first]);
    const others = [newAlert({ subject: 'queue:high' }), newAlert({ rule: 'deadLetters' })];

    const opened = await store.openAlerts([
      newAlert(),
      ...others,
      newAlert({ rule: 'deadLetters' }),
    ]);

    expect(opened).toEqual(others.map(({ id }) => id));
    expect(await store.listAlerts(10)).toHaveLength(3);
    expect(await store.openAlerts([])).toEqual([]);
  });

  clause('an open alert can be updated', async ({ store }) => {
    const alert = newAlert();
    await store.openAlerts([alert]);

    const change = { id: alert.id, severity: 'critical', message: 'worse' } as const;
    await store.updateAlerts([change, { ...change, id: nextId() }]);
    await store.updateAlerts([]);

    expect(await store.listAlerts(10)).toMatchObject([
      { severity: 'critical', message: 'worse', subject: 'queue:low' },
    ]);
  });
}

function endingClauses(clause: Clause): void {
  clause('an alert ends once, and may open again', async ({ store }) => {
    const alert = newAlert();
    await store.openAlerts([alert]);

    const end = { id: alert.id, at: 9_000, deliveries: [] };
    expect(await store.endAlerts([end, { ...end, id: nextId() }])).toEqual([alert.id]);
    expect(await store.endAlerts([end])).toEqual([]);
    expect(await store.endAlerts([])).toEqual([]);
    await store.updateAlerts([{ id: alert.id, severity: 'info', message: 'late' }]);
    const again = newAlert({ since: 10_000 });
    expect(await store.openAlerts([again])).toEqual([again.id]);

    expect(await store.listAlerts(10)).toMatchObject([
      { id: again.id, endedAt: null },
      { id: alert.id, endedAt: 9_000, severity: 'warning' },
    ]);
  });

  clause('open alerts are listed first, then the newest', async ({ store }) => {
    const [old, middle, recent] = [1, 2, 3].map((since) =>
      newAlert({ since, subject: `queue:${since}` }),
    );
    await store.openAlerts([old, middle, recent].flatMap((alert) => alert ?? []));
    const ends = [middle, recent].flatMap((alert) =>
      alert === undefined ? [] : [{ id: alert.id, at: 5, deliveries: [] }],
    );
    await store.endAlerts(ends);

    const idsOf = async (limit: number, openOnly?: boolean) =>
      (await store.listAlerts(limit, openOnly)).map(({ id }) => id);
    expect(await idsOf(10)).toEqual([old?.id, recent?.id, middle?.id]);
    expect(await idsOf(2)).toEqual([old?.id, recent?.id]);
    expect(await idsOf(10, true)).toEqual([old?.id]);
  });

  clause('ended alerts are deleted after their retention', async ({ store, clock }) => {
    const [open, ended] = [newAlert(), newAlert({ subject: 'queue:high' })];
    await store.openAlerts([open, ended]);
    await store.endAlerts([{ id: ended.id, at: clock.now(), deliveries: [] }]);

    expect(await store.pruneAlerts(dayMs, 10)).toBe(0);
    await clock.advance(dayMs + 1);
    expect(await store.pruneAlerts(dayMs, 10)).toBe(1);
    expect(await store.listAlerts(10)).toMatchObject([{ id: open.id }]);
  });
}

function factsClauses(clause: Clause): void {
  clause('the facts of an empty store are empty', async ({ store }) => {
    expect(await store.readAlertFacts(dayMs, 10)).toEqual({ batches: [], archived: 0 });
  });

  clause('facts have the open batches that are no map runs', async ({ store, clock }) => {
    const failing = await store.createBatch(newBatch({ name: 'failing' }));
    const ids = { batchId: failing.id, batchIndex: 0 };
    await createEnded(store, 'FAILED', ids);
    await createEnded(store, 'TIMED_OUT', { ...ids, batchIndex: 1 });
    await createEnded(store, 'SUCCEEDED', { ...ids, batchIndex: 2 });
    await store.createExecutions(batchExecutions(failing.id, 3, 2), true);
    await clock.advance(1);
    const paused = await store.createBatch(newBatch({ name: 'paused' }));
    const pause = { from: ['RUNNING'], to: 'PAUSED', reason: '12 % failed' } as const;
    await store.transitionBatch({ batchId: paused.id, ...pause });
    const ended = await store.createBatch(newBatch());
    await store.createBatch(newBatch({ machineId: 'orders/Map' }));
    const end = { from: ['RUNNING'], to: 'SUCCEEDED', reason: null } as const;
    await store.transitionBatch({ batchId: ended.id, ...end });

    const { batches } = await store.readAlertFacts(dayMs, 10);

    expect(batches).toEqual([
      {
        id: paused.id,
        name: 'paused',
        status: 'PAUSED',
        reason: '12 % failed',
        ended: 0,
        failed: 0,
      },
      { id: failing.id, name: 'failing', status: 'RUNNING', reason: null, ended: 3, failed: 2 },
    ]);
  });

  clause('facts count what was archived lately, up to a limit', async ({ store, clock }) => {
    await store.archive([deadLetter('a')]);
    await clock.advance(dayMs + 1);
    await store.archive([deadLetter('b'), deadLetter('c'), deadLetter('d')]);

    expect((await store.readAlertFacts(dayMs, 10)).archived).toBe(3);
    expect((await store.readAlertFacts(dayMs, 2)).archived).toBe(2);
    expect((await store.readAlertFacts(2 * dayMs, 10)).archived).toBe(4);
  });
}

function deliveryClauses(clause: Clause): void {
  clause('deliveries are queued with the alert that they report', async ({ store, clock }) => {
    const delivery = newDelivery();
    await store.openAlerts([newAlert({ deliveries: [delivery] })]);
    await store.openAlerts([newAlert({ deliveries: [newDelivery()] })]);

    expect(await store.leaseDeliveries(10, leaseMs)).toEqual([
      { ...delivery, createdAt: clock.now(), attempts: 1 },
    ]);
  });

  clause('deliveries are queued with the end that they report', async ({ store }) => {
    const alert = newAlert();
    await store.openAlerts([alert]);
    const delivery = newDelivery({ secretName: null });
    await store.endAlerts([{ id: alert.id, at: 1, deliveries: [delivery] }]);
    await store.endAlerts([{ id: alert.id, at: 2, deliveries: [newDelivery()] }]);

    expect(await store.leaseDeliveries(10, leaseMs)).toMatchObject([
      { id: delivery.id, secretName: null },
    ]);
  });

  clause(
    'deliveries are queued with the status of the batch that they report',
    async ({ store }) => {
      const { id: batchId } = await store.createBatch(newBatch());
      const end = { batchId, from: ['RUNNING'], to: 'FAILED', reason: null } as const;
      const delivery = newDelivery();

      await store.transitionBatch({ ...end, deliveries: [delivery] });
      await store.transitionBatch({ ...end, deliveries: [newDelivery()] });

      expect(await store.leaseDeliveries(10, leaseMs)).toMatchObject([{ id: delivery.id }]);
    },
  );

  clause('a delivery belongs to one sender until its lease ends', async ({ store, clock }) => {
    await store.openAlerts([newAlert({ deliveries: [newDelivery()] })]);

    expect(await store.leaseDeliveries(10, leaseMs)).toHaveLength(1);
    expect(await store.leaseDeliveries(10, leaseMs)).toEqual([]);
    await clock.advance(leaseMs);
    expect(await store.leaseDeliveries(10, leaseMs)).toMatchObject([{ attempts: 2 }]);
  });

  clause('a settled delivery is gone, or due again later', async ({ store, clock }) => {
    const deliveries = [newDelivery(), newDelivery(), newDelivery()];
    await store.openAlerts([newAlert({ deliveries })]);
    const [first, second] = await store.leaseDeliveries(2, leaseMs);

    await store.settleDelivery(first?.id ?? '', null);
    await store.settleDelivery(second?.id ?? '', 60_000);
    await store.settleDelivery(nextId(), 60_000);

    expect(await store.leaseDeliveries(10, leaseMs)).toHaveLength(1);
    await clock.advance(60_000);
    expect(await store.leaseDeliveries(10, leaseMs)).toHaveLength(2);
  });

  clause('a delivery is work when it is due', async ({ store, clock }) => {
    await store.openAlerts([newAlert({ deliveries: [newDelivery()] })]);
    expect(await store.workAhead()).toEqual({ busy: true, nextDueMs: null });

    const [delivery] = await store.leaseDeliveries(10, leaseMs);
    await store.settleDelivery(delivery?.id ?? '', 60_000);
    await clock.advance(20_000);
    expect(await store.workAhead()).toEqual({ busy: false, nextDueMs: 40_000 });
    await store.settleDelivery(delivery?.id ?? '', null);
    expect(await store.workAhead()).toEqual({ busy: false, nextDueMs: null });
  });
}
