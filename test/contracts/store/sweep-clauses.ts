/** Sweeps: executions of dead workers, tasks never sent, tasks that were lost. */
import { expect } from 'vitest';
import {
  type Clause,
  checkpoint,
  claimOne,
  create,
  createClaimed,
  createEnded,
  ending,
  leaseMs,
  newExecution,
  newExecutions,
  sleeping,
  wokenIds,
} from './store-harness.ts';

/** Defines the clauses about sweeps. */
export function sweepClauses(clause: Clause): void {
  orphanClauses(clause);
  unsentClauses(clause);
  oldestClauses(clause);
  forgettingClauses(clause);
  countClauses(clause);
}

function orphanClauses(clause: Clause): void {
  clause(
    'the executions of a dead worker are recovered and count a stall each',
    async ({ store, clock }) => {
      const first = await createClaimed(store, { queue: 'low', batchId: 'b', batchIndex: 1 });
      await clock.advance(leaseMs);

      const woken = await store.recoverOrphans(10);

      expect(woken).toEqual([{ executionId: first.id, queue: 'low', batchId: 'b' }]);
      expect(await store.recoverOrphans(10)).toEqual([]);
      expect(await store.getExecution(first.id)).toMatchObject({ workerId: null, stalls: 1 });
      expect(await claimOne(store, first.id, 'worker-2')).toMatchObject({ stalls: 1 });
    },
  );

  clause(
    'a worker that was considered dead cannot write when it continues',
    async ({ store, clock }) => {
      const stale = await createClaimed(store);
      await clock.advance(leaseMs);
      await store.recoverOrphans(10);
      await store.heartbeat('worker-1', leaseMs);

      expect(await store.commit([ending(stale)])).toEqual(new Set());
      expect(await store.getExecution(stale.id)).toMatchObject({ status: 'PENDING' });
    },
  );

  clause(
    'executions of live workers and sleeping ones are no orphans',
    async ({ store, clock }) => {
      await createClaimed(store, {}, 'worker-2');
      await store.commit([sleeping(await createClaimed(store), 1_000)]);
      await createEnded(store);
      await clock.advance(leaseMs);
      await store.heartbeat('worker-2', leaseMs);

      expect(await store.recoverOrphans(10)).toEqual([]);
    },
  );

  clause('orphans are recovered up to the limit, each once', async ({ store, clock }) => {
    const ids = await create(store, ...newExecutions(5));
    await store.claim('worker-1', leaseMs, ids);
    await clock.advance(leaseMs);

    const woken = await Promise.all([store.recoverOrphans(3), store.recoverOrphans(3)]);
    const rest = await store.recoverOrphans(10);

    expect(wokenIds([...woken.flat(), ...rest])).toEqual(ids.sort());
  });
}

function unsentClauses(clause: Clause): void {
  clause('an execution without a task is queued once', async ({ store }) => {
    const executions = newExecutions(3, () => ({ queue: 'critical' }));
    await store.createExecutions(executions, false);

    const woken = await store.queueUnsent(10);

    expect(wokenIds(woken)).toEqual(executions.map(({ id }) => id));
    expect(woken[0]).toMatchObject({ queue: 'critical', batchId: null });
    expect(await store.queueUnsent(10)).toEqual([]);
  });

  clause('the oldest executions without a task are queued first', async ({ store, clock }) => {
    const early = newExecution();
    await store.createExecutions([early], false);
    await clock.advance(1_000);
    await store.createExecutions([newExecution()], false);

    expect(wokenIds(await store.queueUnsent(1))).toEqual([early.id]);
  });

  clause(
    'an execution with a task, a worker, a due time or an end does not count as unsent',
    async ({ store, clock }) => {
      await create(store, newExecution());
      await createClaimed(store);
      await createEnded(store);
      await store.commit([sleeping(await createClaimed(store), 1_000)]);
      const claimedUnsent = newExecution();
      await store.createExecutions([claimedUnsent], false);
      await claimOne(store, claimedUnsent.id);
      await clock.advance(1_000);

      expect(await store.queueUnsent(10)).toEqual([]);
    },
  );
}

function oldestClauses(clause: Clause): void {
  clause(
    'the tasks sent longest ago are requeued first, and count as sent now',
    async ({ store, clock }) => {
      const ids = [];
      for (let count = 0; count < 3; count += 1) {
        ids.push(...(await create(store, newExecution())));
        await clock.advance(1_000);
      }

      expect(wokenIds(await store.requeueOldest('default', 2, 1_000))).toEqual(ids.slice(0, 2));
      expect(wokenIds(await store.requeueOldest('default', 2, 1_000))).toEqual(ids.slice(2));
      expect(await store.requeueOldest('default', 2, 1_000)).toEqual([]);
    },
  );

  clause('a requeue affects only its own queue', async ({ store, clock }) => {
    await create(store, newExecution({ queue: 'low' }));
    await clock.advance(1_000);

    expect(await store.requeueOldest('default', 10, 0)).toEqual([]);
    expect(await store.requeueOldest('low', 10, 0)).toHaveLength(1);
  });

  clause(
    'a requeue skips executions that are held, ended, asleep or unsent',
    async ({ store, clock }) => {
      await createClaimed(store);
      await createEnded(store);
      await store.commit([sleeping(await createClaimed(store), 60_000)]);
      await store.createExecutions([newExecution()], false);
      await clock.advance(10_000);

      expect(await store.requeueOldest('default', 10, 0)).toEqual([]);
    },
  );
}

function forgettingClauses(clause: Clause): void {
  clause(
    'tasks of a lost broker can be marked unsent, and sleeping executions become due without a task',
    async ({ store, clock }) => {
      const [sent = ''] = await create(store, newExecution());
      const held = await createClaimed(store);
      const sleeper = await createClaimed(store);
      await store.commit([sleeping(sleeper, 1_000, true)]);
      await createEnded(store);

      expect(await store.markAllUnsent()).toBe(2);

      expect(wokenIds(await store.queueUnsent(10))).toEqual([sent]);
      expect(await store.getExecution(held.id)).toMatchObject({ workerId: 'worker-1' });
      expect(await store.wakeDue(10)).toEqual([]);
      await clock.advance(1_000);
      expect(wokenIds(await store.wakeDue(10))).toEqual([sleeper.id]);
    },
  );
}

function countClauses(clause: Clause): void {
  clause(
    'runnable counts show, per queue, executions with a task and those of workers',
    async ({ store, clock }) => {
      await create(store, ...newExecutions(3, () => ({ queue: 'low' })));
      await createClaimed(store, { queue: 'low' });
      await createClaimed(store, { queue: 'critical' });
      await createEnded(store, 'FAILED', { queue: 'gone' });
      await store.createExecutions([newExecution({ queue: 'low' })], false);
      await store.commit([sleeping(await createClaimed(store, { queue: 'low' }), 1_000, true)]);

      expect(await store.countRunnable(100)).toEqual([
        { queue: 'critical', runnable: 0, sleeping: 0, held: 1 },
        { queue: 'low', runnable: 3, sleeping: 1, held: 1 },
      ]);
      await clock.advance(1_000);
      expect((await store.countRunnable(100))[1]).toEqual({
        queue: 'low',
        runnable: 4,
        sleeping: 0,
        held: 1,
      });
    },
  );

  clause('runnable counts stop at the cap', async ({ store }) => {
    const ids = await create(store, ...newExecutions(9));
    await store.claim('worker-1', leaseMs, ids.slice(0, 4));

    expect(await store.countRunnable(3)).toEqual([
      { queue: 'default', runnable: 3, sleeping: 0, held: 3 },
    ]);
  });

  clause('an empty store has no runnable counts', async ({ store }) => {
    expect(await store.countRunnable(10)).toEqual([]);
  });

  clause(
    'runnable counts include an execution that is kept as held, and not one that was released',
    async ({ store }) => {
      const claimed = await createClaimed(store);
      await store.commit([checkpoint(claimed)]);
      expect(await store.countRunnable(10)).toMatchObject([{ held: 1, runnable: 0 }]);

      await store.commit([checkpoint(claimed, { lease: 'release', dueInMs: 0, wakeupSent: true })]);

      expect(await store.countRunnable(10)).toMatchObject([{ held: 0, runnable: 1 }]);
    },
  );
}
