/** Keys that are unique among the open executions of a machine. */
import { expect } from 'vitest';
import {
  type Clause,
  claimOne,
  create,
  createClaimed,
  ending,
  newExecution,
  sleeping,
} from './store-harness.ts';

/** Defines the clauses about unique keys. */
export function uniqueClauses(clause: Clause): void {
  clause('a creation with a taken key returns the open execution', async ({ store }) => {
    const [first = ''] = await create(store, newExecution({ uniqueKey: 'order 7' }));
    const second = newExecution({ uniqueKey: 'order 7' });

    const results = await store.createExecutions([second], true);

    expect(results).toEqual([{ name: second.name, id: first, created: false }]);
    expect(await store.getExecution(second.id)).toBeNull();
    expect(await store.getExecution(first)).toMatchObject({ uniqueKey: 'order 7' });
  });

  clause('a key stays taken while its execution runs, sleeps or waits', async ({ store }) => {
    const claimed = await createClaimed(store, { uniqueKey: 'k' });
    const taken = async () => {
      const [result] = await store.createExecutions([newExecution({ uniqueKey: 'k' })], true);
      return result?.id === claimed.id && !result.created;
    };

    expect(await taken()).toBe(true);
    await store.commit([sleeping(claimed, null)]);
    expect(await taken()).toBe(true);
  });

  clause('a key is free after its execution ends with any status', async ({ store }) => {
    for (const status of ['SUCCEEDED', 'FAILED', 'ABORTED'] as const) {
      const claimed = await createClaimed(store, { uniqueKey: 'k' });
      await store.commit([ending(claimed, status)]);
    }

    const [result] = await store.createExecutions([newExecution({ uniqueKey: 'k' })], true);

    expect(result).toMatchObject({ created: true });
  });

  clause(
    'a key is free as soon as its execution is cancelled before it started',
    async (harness) => {
      const { store } = harness;
      const [cancelled = ''] = await create(store, newExecution({ uniqueKey: 'a' }));
      const [aborted = ''] = await create(store, newExecution({ uniqueKey: 'b' }));
      await store.cancelUnstarted([cancelled]);
      await store.requestAbort([aborted]);

      const results = await store.createExecutions(
        [newExecution({ uniqueKey: 'a' }), newExecution({ uniqueKey: 'b' })],
        true,
      );

      expect(results.map(({ created }) => created)).toEqual([true, true]);
      expect(await store.getTask(cancelled)).toMatchObject({
        abortRequested: true,
        uniqueKey: null,
      });
      await store.commit([ending(await claimOne(store, cancelled), 'ABORTED')]);
      const [taken] = await store.createExecutions([newExecution({ uniqueKey: 'a' })], true);
      expect(taken).toMatchObject({ created: false });
    },
  );

  clause('a key stays taken while an execution that has started is stopped', async ({ store }) => {
    const claimed = await createClaimed(store, { uniqueKey: 'k' });
    await store.requestAbort([claimed.id]);

    const [result] = await store.createExecutions([newExecution({ uniqueKey: 'k' })], true);

    expect(result).toMatchObject({ created: false, id: claimed.id });
  });

  clause('keys are unique per machine and independent of names', async ({ store }) => {
    const results = await store.createExecutions(
      [
        newExecution({ uniqueKey: 'k' }),
        newExecution({ machineId: 'invoices', uniqueKey: 'k' }),
        newExecution({ name: 'k' }),
      ],
      true,
    );

    expect(results.map(({ created }) => created)).toEqual([true, true, true]);
  });

  clause('two new executions with one key in one call create one execution', async ({ store }) => {
    const [first, second] = [newExecution({ uniqueKey: 'k' }), newExecution({ uniqueKey: 'k' })];

    const results = await store.createExecutions([first, second], true);

    expect(results.filter(({ created }) => created)).toHaveLength(1);
    expect(results[0]?.id).toBe(results[1]?.id);
  });

  clause('one of many concurrent callers gets a key', async ({ store }) => {
    const results = await Promise.all(
      Array.from({ length: 12 }, () =>
        store.createExecutions([newExecution({ uniqueKey: 'k' })], true),
      ),
    );

    const all = results.flat();
    expect(all.filter(({ created }) => created)).toHaveLength(1);
    expect(new Set(all.map(({ id }) => id)).size).toBe(1);
  });

  clause('a redriven execution loses its key and its deadline', async ({ store }) => {
    const failed = await createClaimed(store, { uniqueKey: 'k', deadlineAt: 1 });
    await store.commit([ending(failed, 'FAILED', { archiveReason: 'exhausted' })]);
    const [heir = ''] = await create(store, newExecution({ uniqueKey: 'k' }));

    expect(await store.redriveArchived({}, 10)).toHaveLength(1);

    expect(await store.getExecution(failed.id)).toMatchObject({
      status: 'PENDING_REDRIVE',
      uniqueKey: null,
      deadlineAt: null,
    });
    await store.commit([ending(await claimOne(store, failed.id))]);
    const [result] = await store.createExecutions([newExecution({ uniqueKey: 'k' })], true);
    expect(result).toMatchObject({ id: heir, created: false });
  });

  clause('a repeated creation does not conflict with its own key', async ({ store }) => {
    const execution = newExecution({ uniqueKey: 'k' });
    await create(store, execution);

    const results = await store.createExecutions([execution], true);

    expect(results).toEqual([{ name: execution.name, id: execution.id, created: false }]);
  });

  clause('a link works without a batch', async ({ store }) => {
    const [source = ''] = await create(store, newExecution());
    const link = { sourceExecutionId: source, sourceState: 'Charge', transformer: 'toInvoice' };
    const [first = ''] = await create(store, newExecution({ machineId: 'invoices', link }));

    const [again] = await store.createExecutions(
      [newExecution({ machineId: 'invoices', link })],
      true,
    );

    expect(again).toMatchObject({ id: first, created: false });
  });
}
