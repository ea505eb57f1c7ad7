/** Retention: expired executions are deleted completely; executions still needed are kept. */
import { expect } from 'vitest';
import {
  type Clause,
  checkpoint,
  createClaimed,
  createEnded,
  ending,
  newBatch,
  newExecution,
} from './store-harness.ts';

const dayMs = 86_400_000;

/** Defines the clauses about retention. */
export function pruneClauses(clause: Clause): void {
  clause(
    'an execution that ended long enough ago is deleted with its history',
    async ({ store, clock }) => {
      const claimed = await createClaimed(store, { name: 'old' });
      await store.commit([ending(claimed, 'SUCCEEDED', { events: '[1]', firstEventId: 1 })]);
      await clock.advance(dayMs - 1);
      expect(await store.pruneExecutions(dayMs, 10)).toBe(0);
      await clock.advance(1);

      expect(await store.pruneExecutions(dayMs, 10)).toBe(1);

      expect(await store.getExecution(claimed.id)).toBeNull();
      expect(await store.readHistory(claimed.id, 1, 10)).toEqual([]);
      const [again] = await store.createExecutions([newExecution({ name: 'old' })], true);
      expect(again).toMatchObject({ created: true });
    },
  );

  clause(
    'an open execution is kept with its history, however old it is',
    async ({ store, clock }) => {
      const claimed = await createClaimed(store);
      await store.commit([checkpoint(claimed, { events: '[1]', firstEventId: 1 })]);
      await clock.advance(100 * dayMs);

      expect(await store.pruneExecutions(dayMs, 10)).toBe(0);
      expect(await store.readHistory(claimed.id, 1, 10)).toEqual(['[1]']);
    },
  );

  clause(
    'an archived execution is kept with its history until it leaves the archive',
    async ({ store, clock }) => {
      const claimed = await createClaimed(store);
      const more = { archiveReason: 'exhausted', events: '[1]', firstEventId: 1 };
      await store.commit([ending(claimed, 'FAILED', more)]);
      await clock.advance(2 * dayMs);

      expect(await store.pruneExecutions(dayMs, 10)).toBe(0);
      expect(await store.readHistory(claimed.id, 1, 10)).toEqual(['[1]']);
      await store.deleteArchived({}, 10);
      expect(await store.pruneExecutions(dayMs, 10)).toBe(1);
    },
  );

  clause('the executions of an open batch are kept until it ends', async ({ store, clock }) => {
    const { id: batchId } = await store.createBatch(newBatch());
    await createEnded(store, 'SUCCEEDED', { batchId, batchIndex: 0 });
    await clock.advance(2 * dayMs);

    expect(await store.pruneExecutions(dayMs, 10)).toBe(0);
    await store.transitionBatch({ batchId, from: ['RUNNING'], to: 'SUCCEEDED', reason: null });
    expect(await store.pruneExecutions(dayMs, 10)).toBe(1);
    expect(await store.getBatch(batchId)).toMatchObject({ created: 1, succeeded: 1 });
  });

  clause(
    'the target of a link is kept as long as its source, so that no source is taken twice',
    async ({ store, clock }) => {
      const archived = { archiveReason: 'exhausted' };
      const source = await createEnded(store, 'FAILED', {}, archived);
      const link = { sourceExecutionId: source, sourceState: '', transformer: '' };
      const target = await createEnded(store, 'SUCCEEDED', { machineId: 'invoices', link });
      await clock.advance(2 * dayMs);

      expect(await store.pruneExecutions(dayMs, 10)).toBe(0);
      expect(await store.getExecution(target)).not.toBeNull();
      await store.deleteArchived({}, 10);
      expect(
        (await store.pruneExecutions(dayMs, 10)) + (await store.pruneExecutions(dayMs, 10)),
      ).toBe(2);
    },
  );

  clause('a prune deletes up to its limit, oldest first', async ({ store, clock }) => {
    const ids = [];
    for (let count = 0; count < 5; count += 1) {
      ids.push(await createEnded(store));
      await clock.advance(1);
    }
    await clock.advance(dayMs);

    expect(await store.pruneExecutions(dayMs, 3)).toBe(3);
    expect(await store.getExecution(ids[2] ?? '')).toBeNull();
    expect(await store.getExecution(ids[3] ?? '')).not.toBeNull();
  });
}
