/** Fingerprints of topics, by which callers learn what has changed. */
import { expect } from 'vitest';
import type { LiveTopic } from '../../../lib/ports/store/change-queries.ts';
import type { Store } from '../../../lib/ports/store/store.ts';
import {
  type Clause,
  checkpoint,
  create,
  createClaimed,
  ending,
  leaseMs,
  newBatch,
  newExecution,
  nextId,
} from './store-harness.ts';

const plainTopics: readonly LiveTopic[] = [
  { kind: 'overview' },
  { kind: 'queues' },
  { kind: 'workers' },
  { kind: 'orders' },
  { kind: 'alerts' },
];

/** Returns the kinds of the topics that `change` changes. */
async function changedBy(
  store: Store,
  topics: readonly LiveTopic[],
  change: () => Promise<unknown>,
): Promise<string[]> {
  const before = await store.readFingerprints(topics);
  await change();
  const after = await store.readFingerprints(topics);
  return topics.flatMap(({ kind }, index) => (before[index] === after[index] ? [] : [kind]));
}

/** Defines the clauses about fingerprints. */
export function changeClauses(clause: Clause): void {
  clause('fingerprints stay the same while nothing changes', async ({ store }) => {
    const { id, name } = await createClaimed(store);
    const batch = await store.createBatch(newBatch());
    await store.heartbeat('worker-1', leaseMs, '{"role":"worker"}');
    const topics: LiveTopic[] = [
      ...plainTopics,
      { kind: 'batch', id: batch.id },
      { kind: 'execution', id },
      { kind: 'execution', machineId: 'orders', name },
    ];

    expect(await changedBy(store, topics, () => store.heartbeat('worker-1', leaseMs))).toEqual([]);
    expect(await store.readFingerprints(topics)).not.toContain('');
    expect(await store.readFingerprints([])).toEqual([]);
  });

  clause(
    'a batch and an execution that do not exist have empty fingerprints',
    async ({ store }) => {
      const topics: LiveTopic[] = [
        { kind: 'batch', id: 'none' },
        { kind: 'execution', id: nextId() },
        { kind: 'execution', id: 'no-uuid' },
        { kind: 'execution', machineId: 'orders', name: 'none' },
      ];

      expect(await store.readFingerprints(topics)).toEqual(['', '', '', '']);
    },
  );

  clause('a new execution changes the overview and the queues', async ({ store }) => {
    const changed = await changedBy(store, plainTopics, () => create(store, newExecution()));

    expect(changed).toEqual(['overview', 'queues']);
  });

  clause('a commit changes its execution by id and by name, and no other', async ({ store }) => {
    const claimed = await createClaimed(store);
    const other = await createClaimed(store);
    const { machineId, name } = claimed;
    const events = '[{"id":1}]';
    const commit = checkpoint(claimed, { events, firstEventId: 1 });
    const topics: LiveTopic[] = [
      { kind: 'execution', id: other.id },
      { kind: 'execution', id: claimed.id },
    ];
    const byName: LiveTopic[] = [{ kind: 'execution', machineId, name }];
    const [before] = await store.readFingerprints(byName);

    expect(await changedBy(store, topics, () => store.commit([commit]))).toEqual(['execution']);
    expect(await store.readFingerprints(byName)).not.toEqual([before]);
    expect(
      await changedBy(store, topics, () => store.commit([checkpoint(other, { attempts: 1 })])),
    ).toEqual(['execution']);
  });

  clause('the end of an execution changes its batch and the overview', async ({ store }) => {
    const batch = await store.createBatch(newBatch());
    const claimed = await createClaimed(store, { batchId: batch.id, batchIndex: 0 });
    const topics: LiveTopic[] = [{ kind: 'batch', id: batch.id }, ...plainTopics];

    const changed = await changedBy(store, topics, () => store.commit([ending(claimed)]));

    expect(changed).toEqual(['batch', 'overview', 'queues']);
  });

  clause('a paused batch changes its own fingerprint and the overview', async ({ store }) => {
    const { id } = await store.createBatch(newBatch());
    const topics: LiveTopic[] = [{ kind: 'batch', id }, ...plainTopics];

    const changed = await changedBy(store, topics, () =>
      store.transitionBatch({ batchId: id, from: ['RUNNING'], to: 'PAUSED', reason: 'by hand' }),
    );

    expect(changed).toEqual(['batch', 'overview', 'queues']);
  });

  clause('a worker that starts, or is lost, changes the workers', async ({ store, clock }) => {
    const started = await changedBy(store, plainTopics, () =>
      store.heartbeat('worker-1', leaseMs, '{"role":"worker"}'),
    );
    const lost = await changedBy(store, plainTopics, () => clock.advance(leaseMs));

    expect([started, lost]).toEqual([
      ['overview', 'workers'],
      ['overview', 'workers'],
    ]);
  });

  clause('a recorded change changes the orders', async ({ store }) => {
    const change = {
      id: nextId(),
      by: 'ada',
      via: 'page',
      requestId: null,
      action: 'pauseQueue',
      object: 'queue:low',
      over: '{}',
      reason: null,
      outcome: null,
      done: 1,
      refused: 0,
    } as const;

    const changed = await changedBy(store, plainTopics, () => store.recordChanges([change]));

    expect(changed).toEqual(['orders']);
  });

  clause(
    'an alert that opens, and ends, changes the alerts and the overview',
    async ({ store }) => {
      const id = nextId();
      const alert = {
        id,
        rule: 'queueAge',
        subject: 'queue:low',
        severity: 'warning',
        message: 'the oldest task waits for 41 min',
        link: '/queues/low',
        since: 1,
        deliveries: [],
      } as const;

      const opened = await changedBy(store, plainTopics, () => store.openAlerts([alert]));
      const ended = await changedBy(store, plainTopics, () =>
        store.endAlerts([{ id, at: 2, deliveries: [] }]),
      );

      expect([opened, ended]).toEqual([
        ['overview', 'alerts'],
        ['overview', 'alerts'],
      ]);
    },
  );
}
