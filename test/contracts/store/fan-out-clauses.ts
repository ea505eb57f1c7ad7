/** Fan-out: each chunk exactly once, whatever is repeated and whichever leader records it. */
import { expect } from 'vitest';
import type { Store } from '../../../lib/ports/store/store.ts';
import {
  batchExecutions,
  type Clause,
  claimOne,
  create,
  createEnded,
  ending,
  leaseMs,
  newBatch,
  newExecution,
} from './store-harness.ts';

/** Defines the clauses about fan-out. */
export function fanOutClauses(clause: Clause): void {
  chunkClauses(clause);
  lostLeaseClauses(clause);
  unsentClauses(clause);
}

async function leasedBatch(store: Store): Promise<string> {
  const { id } = await store.createBatch(newBatch());
  await store.leaseBatches('leader-1', leaseMs, 10);
  return id;
}

function newChunk(batchId: string, from: number, count: number, fence = 1) {
  return {
    batchId,
    fence,
    executions: batchExecutions(batchId, from, count),
    cursor: `{"next":${from + count}}`,
    sourceDone: false,
  };
}

function chunkClauses(clause: Clause): void {
  clause('a fan-out chunk is recorded together with its cursor', async ({ store, clock }) => {
    const batchId = await leasedBatch(store);
    const chunk = newChunk(batchId, 0, 3);

    const results = await store.fanOut(chunk);

    expect(results).toEqual(chunk.executions.map(({ id, name }) => ({ id, name, created: true })));
    expect(await store.getBatch(batchId)).toMatchObject({
      cursor: '{"next":3}',
      sourceDone: false,
      created: 3,
      status: 'RUNNING',
    });
    expect(await store.findExecution('orders', `${batchId}-2`)).toMatchObject({
      batchId,
      batchIndex: 2,
      status: 'PENDING',
      createdAt: clock.now(),
    });
  });

  clause('a repeated fan-out chunk creates no second execution', async ({ store }) => {
    const batchId = await leasedBatch(store);
    const first = newChunk(batchId, 0, 50);
    await store.fanOut(first);

    const results = await store.fanOut(newChunk(batchId, 0, 50));

    expect(results?.map(({ id, created }) => ({ id, created }))).toEqual(
      first.executions.map(({ id }) => ({ id, created: false })),
    );
    expect(await store.getBatch(batchId)).toMatchObject({ created: 50 });
  });

  clause('a fan-out does not count an execution whose name was taken', async ({ store }) => {
    const batchId = await leasedBatch(store);
    const [earlier] = await create(store, newExecution({ name: `${batchId}-1` }));

    const results = await store.fanOut(newChunk(batchId, 0, 3));

    expect(results?.map(({ created }) => created)).toEqual([true, false, true]);
    expect(results?.[1]?.id).toBe(earlier);
    expect(await store.getBatch(batchId)).toMatchObject({ created: 2, leftOut: 1 });
  });

  clause('a fan-out chunk that is repeated as it was leaves nothing out', async ({ store }) => {
    const batchId = await leasedBatch(store);
    const chunk = newChunk(batchId, 0, 3);
    await store.fanOut(chunk);

    await store.fanOut(chunk);

    expect(await store.getBatch(batchId)).toMatchObject({ created: 3, leftOut: 0 });
  });

  clause('taken names are found with the batches that have them', async ({ store }) => {
    const batchId = await leasedBatch(store);
    await store.fanOut(newChunk(batchId, 0, 2));
    await create(
      store,
      newExecution({ name: 'single' }),
      newExecution({ machineId: 'b', name: 'x' }),
    );

    const names = [`${batchId}-1`, 'single', 'x', 'none', 'single'];
    const taken = await store.findTakenNames('orders', names);

    expect(taken.toSorted((a, b) => (a.name < b.name ? -1 : 1))).toEqual([
      { name: `${batchId}-1`, batchId },
      { name: 'single', batchId: null },
    ]);
    expect(await store.findTakenNames('orders', [])).toEqual([]);
  });

  clause('an empty fan-out chunk can mark the source as done', async ({ store }) => {
    const batchId = await leasedBatch(store);

    const results = await store.fanOut({
      batchId,
      fence: 1,
      executions: [],
      cursor: '"end"',
      sourceDone: true,
    });

    expect(results).toEqual([]);
    expect(await store.getBatch(batchId)).toMatchObject({ cursor: '"end"', sourceDone: true });
  });

  clause('a fan-out chunk of a thousand executions is recorded whole', async ({ store }) => {
    const batchId = await leasedBatch(store);

    const results = await store.fanOut(newChunk(batchId, 0, 1_000));

    expect(results?.filter(({ created }) => created)).toHaveLength(1_000);
    expect(await store.getBatch(batchId)).toMatchObject({ created: 1_000 });
  });
}

function lostLeaseClauses(clause: Clause): void {
  clause('a leader that lost its lease cannot fan out', async ({ store, clock }) => {
    const batchId = await leasedBatch(store);
    await clock.advance(leaseMs);
    await store.leaseBatches('leader-2', leaseMs, 10);

    expect(await store.fanOut(newChunk(batchId, 0, 3, 1))).toBeNull();

    expect(await store.findExecution('orders', `${batchId}-0`)).toBeNull();
    expect(await store.getBatch(batchId)).toMatchObject({ created: 0, cursor: null });
  });

  clause('two leaders of the same batch record its executions once', async ({ store, clock }) => {
    const batchId = await leasedBatch(store);
    await clock.advance(leaseMs);
    await store.leaseBatches('leader-2', leaseMs, 10);

    const results = await Promise.all([
      ...[1, 2].map((fence) => store.fanOut(newChunk(batchId, 0, 100, fence))),
    ]);

    expect(results.filter((result) => result !== null)).toHaveLength(1);
    expect(await store.getBatch(batchId)).toMatchObject({ created: 100 });
  });

  clause('a batch that is not RUNNING takes no fan-out chunk', async ({ store }) => {
    const batchId = await leasedBatch(store);
    await store.transitionBatch({ batchId, from: ['RUNNING'], to: 'PAUSED', reason: null });

    expect(await store.fanOut(newChunk(batchId, 0, 3))).toBeNull();
    expect(await store.fanOut({ ...newChunk('unknown', 0, 1) })).toBeNull();
    expect(await store.getBatch(batchId)).toMatchObject({ created: 0 });
  });
}

function unsentClauses(clause: Clause): void {
  clause('the executions of a batch with unsent tasks are listed by index', async ({ store }) => {
    const batchId = await leasedBatch(store);
    const chunk = newChunk(batchId, 0, 6);
    await store.fanOut({ ...chunk, executions: chunk.executions.toReversed() });
    await store.recordSent(batchId, 1, 2);
    const ended = await claimOne(store, chunk.executions[4]?.id ?? '');
    await store.commit([ending(ended)]);

    const unsent = await store.listUnsentOfBatch(batchId, 2, 10);

    const { executions } = chunk;
    expect(unsent).toEqual(
      [2, 3, 5].map((index) => ({ executionId: executions[index]?.id, queue: 'default', index })),
    );
    expect(await store.listUnsentOfBatch(batchId, 2, 1)).toHaveLength(1);
    expect(await store.listUnsentOfBatch(batchId, 6, 10)).toEqual([]);
  });

  clause('the sweep does not send the tasks of a fan-out chunk', async ({ store, clock }) => {
    const batchId = await leasedBatch(store);
    await store.fanOut(newChunk(batchId, 0, 3));
    await clock.advance(60_000);

    expect(await store.queueUnsent(10)).toEqual([]);
    expect(await store.requeueOldest('default', 10, 60_000)).toHaveLength(3);
  });

  clause('a linked item is recorded once, whatever its name', async ({ store }) => {
    const source = await createEnded(store, 'SUCCEEDED', { machineId: 'sources' });
    const batchId = await leasedBatch(store);
    const link = { sourceExecutionId: source, sourceState: '', transformer: '' };
    const linked = (index: number, name: string) =>
      newExecution({ batchId, batchIndex: index, name, link });
    const chunk = { batchId, fence: 1, cursor: '1', sourceDone: false };
    const [first] = (await store.fanOut({ ...chunk, executions: [linked(0, 'a')] })) ?? [];

    const [second] = (await store.fanOut({ ...chunk, executions: [linked(1, 'b')] })) ?? [];

    expect(second).toEqual({ name: 'b', id: first?.id, created: false });
    expect(await store.getBatch(batchId)).toMatchObject({ created: 1, leftOut: 1 });
  });
}
