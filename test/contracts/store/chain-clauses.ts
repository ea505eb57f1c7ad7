/** Chaining: earlier executions are taken once per link. */
import { expect } from 'vitest';
import { type Clause, createEnded, newExecution, readPages } from './store-harness.ts';

const purpose = { targetMachineId: 'invoices', sourceState: '', transformer: '' };

/** Defines the clauses about chaining. */
export function chainClauses(clause: Clause): void {
  clause(
    'executions for chaining are listed oldest first, with their outputs',
    async ({ store }) => {
      const ids = [];
      for (let count = 0; count < 7; count += 1) {
        ids.push(await createEnded(store, 'SUCCEEDED', {}, { output: `[${count}]` }));
      }
      await createEnded(store, 'FAILED');
      const filter = {
        ...purpose,
        machineId: 'orders',
        status: 'SUCCEEDED',
        unlinkedOnly: true,
      } as const;

      const listed = await readPages(3, (page) => store.listForChaining(filter, page));

      expect(listed.map(({ id }) => id)).toEqual(ids);
      expect(listed[6]).toMatchObject({ output: '[6]' });
    },
  );

  clause(
    'the list for chaining leaves out executions with the same link, and keeps those with another',
    async ({ store }) => {
      const [done, open] = [await createEnded(store), await createEnded(store)];
      const link = { sourceExecutionId: done, sourceState: '', transformer: '' };
      await store.createExecutions([newExecution({ machineId: 'invoices', link })], true);
      const listIds = async (filter: Partial<typeof purpose> & { unlinkedOnly: boolean }) => {
        const all = { ...purpose, machineId: 'orders', ...filter };
        return (await store.listForChaining(all, { limit: 10 })).entries.map(({ id }) => id);
      };

      expect(await listIds({ unlinkedOnly: true })).toEqual([open]);
      expect(await listIds({ unlinkedOnly: false })).toEqual([done, open]);
      expect(await listIds({ unlinkedOnly: true, targetMachineId: 'letters' })).toEqual([
        done,
        open,
      ]);
      expect(await listIds({ unlinkedOnly: true, sourceState: 'A' })).toEqual([done, open]);
      expect(await listIds({ unlinkedOnly: true, transformer: 't' })).toEqual([done, open]);
    },
  );

  clause('one of many concurrent callers links a source execution', async ({ store }) => {
    const sourceExecutionId = await createEnded(store);
    const link = { sourceExecutionId, sourceState: 'A', transformer: 't' };

    const results = await Promise.all(
      Array.from({ length: 10 }, async () => {
        const rival = newExecution({ machineId: 'invoices', link });
        return (await store.createExecutions([rival], true))[0];
      }),
    );

    const winners = results.filter((result) => result?.created);
    expect(winners).toHaveLength(1);
    expect(new Set(results.map((result) => result?.id))).toEqual(new Set([winners[0]?.id]));
  });

  clause(
    'a source execution can be linked again for another machine, state or transformer',
    async ({ store }) => {
      const sourceExecutionId = await createEnded(store);
      const link = { sourceExecutionId, sourceState: '', transformer: '' };
      const executions = [
        newExecution({ machineId: 'a', link }),
        newExecution({ machineId: 'b', link }),
        newExecution({ machineId: 'a', link: { ...link, sourceState: 'A' } }),
        newExecution({ machineId: 'a', link: { ...link, transformer: 't' } }),
      ];

      const results = await store.createExecutions(executions, true);

      expect(results.every(({ created }) => created)).toBe(true);
    },
  );

  clause('an execution whose name was taken does not link its source', async ({ store }) => {
    const sourceExecutionId = await createEnded(store);
    const link = { sourceExecutionId, sourceState: '', transformer: '' };
    await store.createExecutions([newExecution({ machineId: 'invoices', name: 'x' })], true);

    await store.createExecutions([newExecution({ machineId: 'invoices', name: 'x', link })], true);

    const filter = { ...purpose, machineId: 'orders', unlinkedOnly: true };
    expect((await store.listForChaining(filter, { limit: 10 })).entries).toHaveLength(1);
  });
}
