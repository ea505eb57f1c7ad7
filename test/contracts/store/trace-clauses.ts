/** Places in traces: they are stored once, and handed out with each claim. */
import { expect } from 'vitest';
import {
  type Clause,
  checkpoint,
  claimOne,
  create,
  createClaimed,
  ending,
  newBatch,
  newExecution,
} from './store-harness.ts';

const traceparent = '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01';

/** Defines the clauses about traces, and about the counts of open batches. */
export function traceClauses(clause: Clause): void {
  clause('an execution keeps its traceparent over sleeps and redrives', async ({ store }) => {
    const first = await createClaimed(store, { traceparent });
    await store.commit([checkpoint(first, { lease: 'release', dueInMs: 0 })]);
    const second = await claimOne(store, first.id);
    await store.commit([ending(second, 'FAILED')]);
    await store.redriveExecutions([first.id]);
    const third = await claimOne(store, first.id);

    expect([first, second, third].map((each) => each.traceparent)).toEqual([
      traceparent,
      traceparent,
      traceparent,
    ]);
  });

  clause('an execution without a traceparent is handed out with null', async ({ store }) => {
    const [id = ''] = await create(store, newExecution());

    expect(await claimOne(store, id)).toMatchObject({ traceparent: null });
  });

  clause('a batch and its executions keep their traceparents', async ({ store }) => {
    const batch = newBatch({ traceparent });
    const created = await store.createBatch(batch);
    const [leased] = await store.leaseBatches('leader', 1_000, 10, { batchId: batch.id });
    const execution = newExecution({ batchId: batch.id, batchIndex: 0, traceparent });
    await store.fanOut({
      batchId: batch.id,
      fence: leased?.fence ?? 0,
      executions: [execution],
      cursor: '1',
      sourceDone: true,
    });

    expect(created.traceparent).toBe(traceparent);
    expect(leased?.traceparent).toBe(traceparent);
    expect(await store.getBatch(batch.id)).toMatchObject({ traceparent });
    expect(await claimOne(store, execution.id)).toMatchObject({ traceparent });
  });

  clause('open batches are counted by status up to the cap', async ({ store }) => {
    const ids: string[] = [];
    for (let index = 0; index < 5; index += 1) {
      ids.push((await store.createBatch(newBatch())).id);
    }
    const change = async (batchId = '', to: 'PAUSED' | 'FAILED' = 'PAUSED') =>
      store.transitionBatch({ batchId, from: ['RUNNING'], to, reason: null });
    await change(ids[0]);
    await change(ids[1], 'FAILED');

    expect(await store.countOpenBatches(100)).toEqual({ running: 3, paused: 1 });
    expect(await store.countOpenBatches(2)).toEqual({ running: 2, paused: 1 });
  });
}
