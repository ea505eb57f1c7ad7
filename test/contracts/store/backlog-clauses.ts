/** Work ahead: whether there is work, when the next is due, and how long queues have waited. */
import { expect } from 'vitest';
import { matchWithinMs, taskMissedMs } from '../../../lib/ports/store/backlog-store.ts';
import type { Store } from '../../../lib/ports/store/store.ts';
import {
  batchExecutions,
  type Clause,
  checkpoint,
  claimOne,
  create,
  createClaimed,
  createEnded,
  ending,
  leaseMs,
  newBatch,
  newExecution,
  nextId,
  sleeping,
} from './store-harness.ts';

const hourMs = 3_600_000;
const idle = { busy: false, nextDueMs: null };
const busy = { busy: true, nextDueMs: null };

/** Defines the clauses about work ahead. */
export function backlogClauses(clause: Clause): void {
  executionClauses(clause);
  sleeperClauses(clause);
  batchClauses(clause);
  messageClauses(clause);
  waitClauses(clause);
}

function executionClauses(clause: Clause): void {
  clause('an empty store and ended executions have no work ahead', async ({ store }) => {
    expect(await store.workAhead()).toEqual(idle);
    await createEnded(store);
    expect(await store.workAhead()).toEqual(idle);
  });

  clause('runnable and held executions are work', async ({ store, clock }) => {
    const [id = ''] = await create(store, newExecution());
    expect(await store.workAhead()).toEqual(busy);

    const claimed = await claimOne(store, id);
    expect(await store.workAhead()).toEqual(busy);
    await clock.advance(leaseMs);
    expect(await store.workAhead()).toEqual(busy);

    await store.recoverOrphans(10);
    await store.commit([ending(await claimOne(store, claimed.id))]);
    expect(await store.workAhead()).toEqual(idle);
  });

  clause('an execution without a task is work', async ({ store }) => {
    await store.createExecutions([newExecution()], false);

    expect(await store.workAhead()).toEqual(busy);
  });

  clause('a signal left for another execution is work until it is delivered', async ({ store }) => {
    const parent = await createClaimed(store);
    await store.commit([sleeping(parent, null)]);
    const notify = { executionId: parent.id, event: '"done"' };
    await createEnded(store, 'SUCCEEDED', {}, { notify });

    expect(await store.workAhead()).toEqual(busy);
    await store.deliverNotices(10);
    const { signalled } = { signalled: (await store.readSignals([parent.id])).get(parent.id) };
    const woken = await claimOne(store, parent.id);
    await store.commit([ending(woken, 'SUCCEEDED', { signalsSeen: signalled?.[0]?.id ?? 0 })]);
    expect(await store.workAhead()).toEqual(idle);
  });
}

function sleeperClauses(clause: Clause): void {
  clause('a sleeping execution is no work until it is due', async ({ store, clock }) => {
    await store.commit([sleeping(await createClaimed(store), 2 * hourMs)]);
    await store.commit([sleeping(await createClaimed(store), hourMs)]);
    await clock.advance(1_000);

    expect(await store.workAhead()).toEqual({ busy: false, nextDueMs: hourMs - 1_000 });
    await clock.advance(hourMs - 1_000);
    expect(await store.workAhead()).toEqual(busy);
  });

  clause(
    'a sleeping execution with a task needs attention when the task is late, and is work when it is due',
    async ({ store, clock }) => {
      await store.commit([sleeping(await createClaimed(store, { queue: 'low' }), hourMs, true)]);
      await store.commit([sleeping(await createClaimed(store), hourMs + 5_000, true)]);

      expect(await store.workAhead()).toEqual({ busy: false, nextDueMs: hourMs + taskMissedMs });
      await store.commit([sleeping(await createClaimed(store), hourMs + taskMissedMs - 1)]);
      expect(await store.workAhead()).toEqual({
        busy: false,
        nextDueMs: hourMs + taskMissedMs - 1,
      });
      await clock.advance(hourMs);
      expect(await store.workAhead()).toEqual(busy);
    },
  );

  clause(
    'an execution that waits only for a signal is no work, and never due',
    async ({ store }) => {
      await store.commit([sleeping(await createClaimed(store), null)]);

      expect(await store.workAhead()).toEqual(idle);
    },
  );
}

/** Creates a batch that is read to its end, with `count` executions. */
async function fannedOut(store: Store, count: number): Promise<string> {
  const { id: batchId } = await store.createBatch(newBatch());
  const [leased] = await store.leaseBatches('leader-1', leaseMs, 10, { batchId });
  const executions = batchExecutions(batchId, 0, count);
  const chunk = { batchId, fence: leased?.fence ?? 0, executions, cursor: '1', sourceDone: true };
  await store.fanOut(chunk);
  return batchId;
}

async function sleepAll(store: Store, batchId: string): Promise<void> {
  for (const { executionId } of await store.listUnsentOfBatch(batchId, 0, 100)) {
    await store.commit([sleeping(await claimOne(store, executionId), hourMs)]);
  }
}

function batchClauses(clause: Clause): void {
  clause(
    'a batch is work until it has ended, unless all of its executions sleep',
    async ({ store }) => {
      const batchId = await fannedOut(store, 2);
      expect(await store.workAhead()).toEqual(busy);
      await sleepAll(store, batchId);
      expect(await store.workAhead()).toEqual({ busy: false, nextDueMs: hourMs });

      await store.requestBatchAbort(batchId, 'a person');
      expect(await store.workAhead()).toEqual(busy);
    },
  );

  clause('a batch with items to read or a status to update is work', async ({ store }) => {
    const { id } = await store.createBatch(newBatch());
    expect(await store.workAhead()).toEqual(busy);
    await store.transitionBatch({ batchId: id, from: ['RUNNING'], to: 'PAUSED', reason: null });
    expect(await store.workAhead()).toEqual(idle);

    const over = await fannedOut(store, 0);
    expect(await store.workAhead()).toEqual(busy);
    const end = { batchId: over, from: ['RUNNING'], to: 'SUCCEEDED', reason: null } as const;
    await store.transitionBatch(end);
    expect(await store.workAhead()).toEqual(idle);
  });

  clause('a map run that is being stopped is work although its children sleep', async (bench) => {
    const { store } = bench;
    const { id } = await store.createBatch(newBatch({ machineId: 'orders/Map' }));
    const [leased] = await store.leaseBatches('leader-1', leaseMs, 10);
    const fence = leased?.fence ?? 0;
    const executions = batchExecutions(id, 0, 1);
    await store.fanOut({ batchId: id, fence, executions, cursor: '1', sourceDone: true });
    await sleepAll(store, id);
    expect(await store.workAhead()).toMatchObject({ busy: false });

    await store.saveBatchMemory(id, fence, '{"error":null,"cause":"why"}');

    expect(await store.workAhead()).toEqual(busy);
  });
}

function messageClauses(clause: Clause): void {
  const paid = { key: 'paid', value: '7' };
  const message = () => ({ id: nextId(), ...paid, body: '1', ttlMs: 24 * hourMs });

  clause('a message and its waiter are work while either is recent', async (bench) => {
    const { store, clock } = bench;
    await store.putMessage(message());
    await clock.advance(matchWithinMs + 1);
    const waiting = await createClaimed(store);
    await store.commit([sleeping(waiting, null)]);
    expect(await store.workAhead()).toEqual(idle);

    await store.awaitMessage({ executionId: waiting.id, command: '2:0', ...paid });
    expect(await store.workAhead()).toEqual(busy);
    await clock.advance(matchWithinMs + 1);
    expect(await store.workAhead()).toEqual(idle);

    await store.putMessage(message());
    expect(await store.workAhead()).toEqual(busy);
    await store.matchMessages(paid, 10, true);
    await store.commit([sleeping(await claimOne(store, waiting.id), null)]);
  });

  clause(
    'a message delivered to an ended execution is work until it is returned',
    async ({ store }) => {
      const waiting = await createClaimed(store);
      await store.commit([sleeping(waiting, null)]);
      await store.awaitMessage({ executionId: waiting.id, command: '2:0', ...paid });
      await store.putMessage(message());
      await store.matchMessages(paid, 10, true);
      const woken = await claimOne(store, waiting.id);
      await store.commit([checkpoint(woken, { status: 'ABORTED', lease: 'release' })]);

      expect(await store.workAhead()).toEqual(busy);
      await store.returnMessages();
      expect(await store.workAhead()).toEqual(idle);
    },
  );
}

function waitClauses(clause: Clause): void {
  clause(
    "a queue's wait is that of its oldest task, measured from the due time for sleepers",
    async (b) => {
      const { store, clock } = b;
      await create(store, newExecution({ queue: 'low' }));
      await store.commit([sleeping(await createClaimed(store), 5_000, true)]);
      await store.commit([sleeping(await createClaimed(store, { queue: 'critical' }), hourMs)]);
      await clock.advance(4_000);
      await create(store, newExecution({ queue: 'low' }));

      expect(await store.listQueueWaits()).toEqual([{ queue: 'low', oldestMs: 4_000 }]);
      await clock.advance(3_000);

      expect(await store.listQueueWaits()).toEqual([
        { queue: 'default', oldestMs: 2_000 },
        { queue: 'low', oldestMs: 7_000 },
      ]);
    },
  );
}
