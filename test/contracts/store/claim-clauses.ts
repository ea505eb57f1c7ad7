/** Claims: an execution belongs to one worker at a time, under its worker's lease. */
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
  type StoreHarness,
} from './store-harness.ts';

/** Defines the clauses about claims. */
export function claimClauses(clause: Clause): void {
  handingOutClauses(clause);
  refusalClauses(clause);
  leaseClauses(clause);
  stallClauses(clause);
}

function handingOutClauses(clause: Clause): void {
  clause(
    'a claim returns an execution with everything needed to run it',
    async ({ store, clock }) => {
      const execution = newExecution({ input: '[1]', retriesMax: 2, batchId: 'b', batchIndex: 7 });
      await create(store, execution);
      await clock.advance(5_000);

      const { claimed, refused } = await store.claim('worker-1', leaseMs, [execution.id]);

      expect(refused).toEqual([]);
      expect(claimed).toEqual([
        {
          id: execution.id,
          fence: 1,
          machineId: 'orders',
          machineVersion: 1,
          name: execution.name,
          input: '[1]',
          queue: 'default',
          batchId: 'b',
          batchIndex: 7,
          status: 'PENDING',
          snapshot: null,
          attempts: 0,
          retriesMax: 2,
          stalls: 0,
          abortRequested: false,
          problem: null,
          createdAt: clock.now() - 5_000,
          claimedAt: clock.now(),
          replyTo: null,
          timeoutMs: null,
          deadlineAt: null,
          traceparent: null,
          mockCase: null,
          signals: [],
        },
      ]);
      expect(await store.getExecution(execution.id)).toMatchObject({
        status: 'PENDING',
        workerId: 'worker-1',
        fence: 1,
        startedAt: clock.now(),
      });
    },
  );

  clause('concurrent claims of the same executions hand each out once', async ({ store }) => {
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

  clause('a claim of a thousand executions returns each once', async ({ store }) => {
    const ids = await create(store, ...newExecutions(1_000));

    const { claimed, refused } = await store.claim('worker-1', leaseMs, [...ids, ...ids]);

    expect(refused).toEqual([]);
    expect(claimed.map(({ id }) => id).toSorted()).toEqual(ids.toSorted());
  });

  clause('a claim without ids returns nothing', async ({ store }) => {
    expect(await store.claim('worker-1', leaseMs, [])).toEqual({ claimed: [], refused: [] });
  });

  clause('an execution whose task was never sent can be claimed', async ({ store }) => {
    const execution = newExecution();
    await store.createExecutions([execution], false);

    expect(await claimOne(store, execution.id)).toMatchObject({ fence: 1 });
  });
}

function refusalClauses(clause: Clause): void {
  clause('a claim refuses an unknown execution as missing', async ({ store }) => {
    const unknown = nextId();

    const { claimed, refused } = await store.claim('worker-1', leaseMs, [unknown, 'no-uuid']);

    expect(claimed).toEqual([]);
    expect(refused).toEqual([
      { id: unknown, reason: 'missing' },
      { id: 'no-uuid', reason: 'missing' },
    ]);
  });

  clause('a claim refuses an ended execution as ended', async ({ store }) => {
    const id = await createEnded(store);

    const { refused } = await store.claim('worker-2', leaseMs, [id]);

    expect(refused).toEqual([{ id, reason: 'ended' }]);
  });

  clause(
    'a claim refuses an execution of a live worker, with the rest of its lease',
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
    "a repeated claim returns the worker's own executions again, under a new fence",
    async ({ store, clock }) => {
      const unheard = await createClaimed(store);
      await clock.advance(10_000);

      const heard = await claimOne(store, unheard.id, 'worker-1');

      expect(heard).toEqual({ ...unheard, fence: unheard.fence + 1, claimedAt: clock.now() });
      expect(await store.commit([checkpoint(unheard)])).toEqual(new Set());
      expect(await store.commit([checkpoint(heard)])).toEqual(new Set([heard.id]));
    },
  );

  clause(
    'a claim takes over an execution of a dead worker and counts a stall',
    async ({ store, clock }) => {
      const first = await createClaimed(store);
      await store.commit([checkpoint(first, { snapshot: '{"state":"B"}' })]);
      await clock.advance(leaseMs);

      const second = await claimOne(store, first.id, 'worker-2');

      expect(second).toMatchObject({
        fence: 2,
        stalls: 1,
        attempts: 0,
        status: 'RUNNING',
        snapshot: '{"state":"B"}',
      });
    },
  );

  clause(
    'a long-running execution stays with its worker while heartbeats arrive',
    async ({ store, clock }) => {
      const { id } = await createClaimed(store);

      for (let beats = 0; beats < 100; beats += 1) {
        await clock.advance(leaseMs - 1);
        await store.heartbeat('worker-1', leaseMs);
      }

      const { refused } = await store.claim('worker-2', leaseMs, [id]);
      expect(refused).toMatchObject([{ reason: 'held' }]);
      expect(await store.recoverOrphans(10)).toEqual([]);
    },
  );

  clause('a claim extends the lease of all executions of its worker', async ({ store, clock }) => {
    const { id } = await createClaimed(store);
    await clock.advance(leaseMs - 1);
    await createClaimed(store);
    await clock.advance(leaseMs - 1);

    expect((await store.claim('worker-2', leaseMs, [id])).claimed).toEqual([]);
  });

  clause("the end of a lease frees the worker's executions at once", async ({ store }) => {
    const { id } = await createClaimed(store);

    await store.endLease('worker-1');

    expect(await claimOne(store, id, 'worker-2')).toMatchObject({ stalls: 1, fence: 2 });
  });

  clause('the end of a lease does not affect other workers', async ({ store }) => {
    const { id } = await createClaimed(store, {}, 'worker-2');

    await store.endLease('worker-1');

    expect((await store.claim('worker-3', leaseMs, [id])).claimed).toEqual([]);
  });

  clause("an execution's start time is that of its first claim", async ({ store, clock }) => {
    const { id } = await createClaimed(store);
    const startedAt = clock.now();
    await clock.advance(leaseMs);

    await claimOne(store, id, 'worker-2');

    expect(await store.getExecution(id)).toMatchObject({ startedAt });
  });
}

/** Loses an execution with each of its workers, `times` times. */
async function lose(
  { store, clock }: StoreHarness,
  id: string,
  { times, alone }: { readonly times: number; readonly alone: boolean },
): Promise<void> {
  for (let index = 0; index < times; index += 1) {
    await store.claim(`lost-${index}`, leaseMs, [id], { alone });
    await clock.advance(leaseMs);
  }
}

function stallClauses(clause: Clause): void {
  clause(
    'losses beside other executions count up to two, so that no neighbour is ever blamed',
    async (harness) => {
      const { store } = harness;
      const [claimedAgain = '', recovered = ''] = await create(store, ...newExecutions(2));

      await lose(harness, claimedAgain, { times: 5, alone: false });
      await lose(harness, recovered, { times: 5, alone: false });
      await store.recoverOrphans(10);

      expect(await claimOne(store, claimedAgain)).toMatchObject({ stalls: 2 });
      expect(await claimOne(store, recovered)).toMatchObject({ stalls: 2 });
    },
  );

  clause('losses of an execution that runs alone all count', async (harness) => {
    const { store } = harness;
    const [claimedAgain = '', recovered = ''] = await create(store, ...newExecutions(2));

    await lose(harness, claimedAgain, { times: 5, alone: true });
    await lose(harness, recovered, { times: 5, alone: true });
    await store.recoverOrphans(10);

    expect(await claimOne(store, claimedAgain)).toMatchObject({ stalls: 5 });
    expect(await claimOne(store, recovered)).toMatchObject({ stalls: 5 });
  });

  clause(
    'a worker that holds an execution can claim it again to run it alone, without a stall',
    async ({ store, clock }) => {
      const { id } = await createClaimed(store);
      await clock.advance(leaseMs);
      await store.claim('worker-2', leaseMs, [id]);
      await clock.advance(leaseMs);
      const company = await claimOne(store, id, 'worker-3');

      const { claimed } = await store.claim('worker-3', leaseMs, [id], { alone: true });
      await clock.advance(leaseMs);

      expect(claimed).toMatchObject([{ stalls: 2, fence: company.fence + 1 }]);
      expect(await claimOne(store, id, 'worker-4')).toMatchObject({ stalls: 3 });
    },
  );

  clause(
    'a worker lists what it holds, also after its lease has lapsed, without what others claimed',
    async ({ store, clock }) => {
      const [kept = '', taken = ''] = await create(store, ...newExecutions(2));
      await store.claim('worker-1', leaseMs, [kept, taken]);
      await clock.advance(leaseMs);
      await store.claim('worker-2', leaseMs, [taken]);

      expect(await store.listHeld('worker-1')).toEqual([kept]);
      expect(await store.listHeld('worker-2')).toEqual([taken]);
      expect(await store.listHeld('worker-3')).toEqual([]);
    },
  );

  clause(
    'the executions of a dead worker are left alone until its lease has expired for long enough',
    async ({ store, clock }) => {
      const { id } = await createClaimed(store);
      await clock.advance(leaseMs + 9_999);

      expect(await store.recoverOrphans(10, 10_000)).toEqual([]);
      await clock.advance(1);

      expect(await store.recoverOrphans(10, 10_000)).toMatchObject([{ executionId: id }]);
    },
  );

  clause(
    'the executions of a worker that ended its lease are recovered at once',
    async ({ store }) => {
      const { id } = await createClaimed(store);
      await store.endLease('worker-1');

      expect(await store.recoverOrphans(10, 10_000)).toMatchObject([{ executionId: id }]);
    },
  );
}
