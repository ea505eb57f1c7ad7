/** Handing executions to workers: each to one at a time, under its worker's lease. */
import { expect } from 'vitest';
import {
  type Clause,
  checkpoint,
  claimOne,
  create,
  createClaimed,
  createEnded,
  leaseMs,
  newExecution,
  newExecutions,
  nextId,
} from './store-harness.ts';

/** Clauses about claims. */
export function claimClauses(clause: Clause): void {
  handingOutClauses(clause);
  refusalClauses(clause);
  leaseClauses(clause);
}

function handingOutClauses(clause: Clause): void {
  clause(
    'a claim hands out an execution with all that is needed to run it',
    async ({ store, clock }) => {
      const execution = newExecution({ input: '[1]', retriesMax: 2, batchId: 'b', batchIndex: 7 });
      await create(store, execution);
      await clock.advance(5_000);

      const { claimed, refused } = await store.claim('worker-1', leaseMs, [execution.id]);

      expect(refused).toEqual([]);
      expect(claimed).toEqual([
        {
          ...{ id: execution.id, fence: 1, machineId: 'orders', machineVersion: 1 },
          ...{ name: execution.name, input: '[1]', queue: 'default', batchId: 'b', batchIndex: 7 },
          ...{ status: 'PENDING', snapshot: null, attempts: 0, retriesMax: 2, stalls: 0 },
          ...{ abortRequested: false, problem: null, createdAt: clock.now() - 5_000 },
          ...{ replyTo: null, timeoutMs: null, deadlineAt: null, signals: [] },
        },
      ]);
      expect(await store.getExecution(execution.id)).toMatchObject({
        ...{ status: 'PENDING', workerId: 'worker-1', fence: 1, startedAt: clock.now() },
      });
    },
  );

  clause('workers who claim the same executions at once share them out', async ({ store }) => {
    const ids = await create(store, ...newExecutions(100));
    const workers = Array.from({ length: 8 }, (_, index) => `worker-${index}`);

    const results = await Promise.all(
      workers.map((worker, index) =>
        store.claim(worker, leaseMs, index % 2 === 0 ? ids : ids.toReversed()),
      ),
    );

    const claimed = results.flatMap((result) => result.claimed.map(({ id }) => id));
    expect(claimed.toSorted()).toEqual(ids.toSorted());
    for (const { claimed, refused } of results) {
      expect(claimed.length + refused.length).toBe(ids.length);
      expect(refused.every(({ reason }) => reason === 'held')).toBe(true);
    }
  });

  clause('a claim of a thousand gets each once', async ({ store }) => {
    const ids = await create(store, ...newExecutions(1_000));

    const { claimed, refused } = await store.claim('worker-1', leaseMs, [...ids, ...ids]);

    expect(refused).toEqual([]);
    expect(claimed.map(({ id }) => id).toSorted()).toEqual(ids.toSorted());
  });

  clause('claiming nothing hands out nothing', async ({ store }) => {
    expect(await store.claim('worker-1', leaseMs, [])).toEqual({ claimed: [], refused: [] });
  });

  clause('an execution that was never announced can be claimed all the same', async ({ store }) => {
    const execution = newExecution();
    await store.createExecutions([execution], false);

    expect(await claimOne(store, execution.id)).toMatchObject({ fence: 1 });
  });
}

function refusalClauses(clause: Clause): void {
  clause('what is not there is refused as missing', async ({ store }) => {
    const unknown = nextId();

    const { claimed, refused } = await store.claim('worker-1', leaseMs, [unknown, 'no-uuid']);

    expect(claimed).toEqual([]);
    expect(refused).toEqual([
      { id: unknown, reason: 'missing' },
      { id: 'no-uuid', reason: 'missing' },
    ]);
  });

  clause('what has ended is refused as ended', async ({ store }) => {
    const id = await createEnded(store);

    const { refused } = await store.claim('worker-2', leaseMs, [id]);

    expect(refused).toEqual([{ id, reason: 'ended' }]);
  });

  clause(
    'what a live worker holds is refused with the rest of its lease',
    async ({ store, clock }) => {
      const { id } = await createClaimed(store);
      await clock.advance(10_000);

      const { claimed, refused } = await store.claim('worker-2', leaseMs, [id]);

      expect(claimed).toEqual([]);
      expect(refused).toEqual([{ id, reason: 'held', ms: leaseMs - 10_000 }]);
    },
  );
}

function leaseClauses(clause: Clause): void {
  clause(
    'a repeated claim hands out again what its worker holds, under a new fence',
    async ({ store, clock }) => {
      const unheard = await createClaimed(store);
      await clock.advance(10_000);

      const heard = await claimOne(store, unheard.id, 'worker-1');

      expect(heard).toEqual({ ...unheard, fence: unheard.fence + 1 });
      expect(await store.commit([checkpoint(unheard)])).toEqual(new Set());
      expect(await store.commit([checkpoint(heard)])).toEqual(new Set([heard.id]));
    },
  );

  clause(
    'an execution whose worker is dead is handed out, and counts a stall',
    async ({ store, clock }) => {
      const first = await createClaimed(store);
      await store.commit([checkpoint(first, { snapshot: '{"state":"B"}' })]);
      await clock.advance(leaseMs);

      const second = await claimOne(store, first.id, 'worker-2');

      expect(second).toMatchObject({
        ...{ fence: 2, stalls: 1, attempts: 0, status: 'RUNNING', snapshot: '{"state":"B"}' },
      });
    },
  );

  // W29
  clause("a long run is nobody else's while its worker's heart beats", async ({ store, clock }) => {
    const { id } = await createClaimed(store);

    for (let beats = 0; beats < 100; beats += 1) {
      await clock.advance(leaseMs - 1);
      await store.heartbeat('worker-1', leaseMs);
    }

    const { refused } = await store.claim('worker-2', leaseMs, [id]);
    expect(refused).toMatchObject([{ reason: 'held' }]);
    expect(await store.recoverOrphans(10)).toEqual([]);
  });

  clause('a claim makes the lease last for all that the worker holds', async ({ store, clock }) => {
    const { id } = await createClaimed(store);
    await clock.advance(leaseMs - 1);
    await createClaimed(store);
    await clock.advance(leaseMs - 1);

    expect((await store.claim('worker-2', leaseMs, [id])).claimed).toEqual([]);
  });

  clause('ending the lease frees what the worker held at once', async ({ store }) => {
    const { id } = await createClaimed(store);

    await store.endLease('worker-1');

    expect(await claimOne(store, id, 'worker-2')).toMatchObject({ stalls: 1, fence: 2 });
  });

  clause('ending a lease leaves the other workers theirs', async ({ store }) => {
    const { id } = await createClaimed(store, {}, 'worker-2');

    await store.endLease('worker-1');

    expect((await store.claim('worker-3', leaseMs, [id])).claimed).toEqual([]);
  });

  clause(
    'the first claim is when it started, however often it is claimed',
    async ({ store, clock }) => {
      const { id } = await createClaimed(store);
      const startedAt = clock.now();
      await clock.advance(leaseMs);

      await claimOne(store, id, 'worker-2');

      expect(await store.getExecution(id)).toMatchObject({ startedAt });
    },
  );
}
