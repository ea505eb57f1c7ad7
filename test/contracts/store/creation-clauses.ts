/** Creation of executions: once per name, whatever is repeated. */
import { expect } from 'vitest';
import {
  type Clause,
  create,
  createClaimed,
  newExecution,
  newExecutions,
  nextId,
} from './store-harness.ts';

/** Defines the clauses about creation. */
export function creationClauses(clause: Clause): void {
  recordClauses(clause);
  nameClauses(clause);
}

function recordClauses(clause: Clause): void {
  clause('a new execution is PENDING and has the given fields', async ({ store, clock }) => {
    const execution = newExecution({ input: '{"n":1}', queue: 'low', machineVersion: 3 });

    const results = await store.createExecutions([execution], true);

    const { id, name } = execution;
    expect(results).toEqual([{ id, name, created: true, createdAt: clock.now() }]);
    expect(await store.getExecution(id)).toEqual({
      id,
      name,
      machineId: 'orders',
      machineVersion: 3,
      status: 'PENDING',
      queue: 'low',
      batchId: null,
      batchIndex: null,
      attempts: 0,
      stalls: 0,
      error: null,
      cause: null,
      createdAt: clock.now(),
      startedAt: null,
      endedAt: null,
      dueAt: null,
      input: '{"n":1}',
      output: null,
      snapshot: null,
      workerId: null,
      fence: 0,
      replyTo: null,
      timeoutMs: null,
      deadlineAt: null,
      retentionMs: null,
      uniqueKey: null,
      versionNumber: null,
      alias: null,
      traceHeader: null,
      mockCase: null,
      redrives: 0,
      redrivenAt: null,
      stopError: null,
      stopCause: null,
    });
  });

  clause('an execution can be found by its machine and name', async ({ store }) => {
    const [one, other] = newExecutions(2, (index) => ({
      machineId: index === 0 ? 'orders' : 'invoices',
      name: 'first',
    }));
    await store.createExecutions(
      [one, other].filter((e) => e !== undefined),
      true,
    );

    expect(await store.findExecution('orders', 'first')).toMatchObject({ id: one?.id });
    expect(await store.findExecution('invoices', 'first')).toMatchObject({ id: other?.id });
    expect(await store.findExecution('orders', 'second')).toBeNull();
  });

  clause('an unknown or malformed id finds no execution', async ({ store }) => {
    expect(await store.getExecution(nextId())).toBeNull();
    expect(await store.getExecution('not-a-uuid')).toBeNull();
    expect(await store.readHistory('not-a-uuid', 1, 10)).toEqual([]);
  });

  clause('a creation without executions returns nothing', async ({ store }) => {
    expect(await store.createExecutions([], true)).toEqual([]);
  });

  clause('a claim returns the problem that an execution was created with', async ({ store }) => {
    const claimed = await createClaimed(store, { problem: 'row 7 has no id' });

    expect(claimed.problem).toBe('row 7 has no id');
    expect(await createClaimed(store)).toMatchObject({ problem: null });
  });

  clause('a returned execution record is a copy', async ({ store }) => {
    const [id = ''] = await create(store, newExecution({ name: 'mine' }));
    const record = await store.getExecution(id);

    Object.assign(record ?? {}, { name: 'yours', status: 'ABORTED' });

    expect(await store.getExecution(id)).toMatchObject({ name: 'mine', status: 'PENDING' });
  });
}

function nameClauses(clause: Clause): void {
  clause("a creation under a taken name returns the earlier execution's id", async ({ store }) => {
    const [earlier] = await create(store, newExecution({ name: 'first', input: '1' }));
    const later = newExecution({ name: 'first', input: '2' });

    const results = await store.createExecutions([later, newExecution({ name: 'second' })], true);

    expect(results[0]).toEqual({ name: 'first', id: earlier, created: false });
    expect(results[1]).toMatchObject({ name: 'second', created: true });
    expect(await store.getExecution(later.id)).toBeNull();
    expect(await store.findExecution('orders', 'first')).toMatchObject({ input: '1' });
  });

  clause('two new executions with one name in one call create one execution', async ({ store }) => {
    const twins = newExecutions(2, () => ({ name: 'twin' }));

    const results = await store.createExecutions(twins, true);

    expect(results.map(({ created }) => created)).toEqual([true, false]);
    expect(new Set(results.map(({ id }) => id)).size).toBe(1);
  });

  clause(
    'a creation with a known id returns it and does not change its execution',
    async ({ store }) => {
      const first = newExecution({ name: 'first', input: '1' });
      await store.createExecutions([first], true);

      const results = await store.createExecutions(
        [{ ...first, name: 'second', input: '2' }],
        true,
      );

      expect(results).toEqual([{ name: 'second', id: first.id, created: false }]);
      expect(await store.getExecution(first.id)).toMatchObject({ name: 'first', input: '1' });
      expect(await store.findExecution('orders', 'second')).toBeNull();
    },
  );

  clause('a repeated creation changes nothing', async ({ store }) => {
    const executions = newExecutions(3);
    const first = await store.createExecutions(executions, true);

    const second = await store.createExecutions(executions, true);

    expect(second).toEqual(first.map(({ id, name }) => ({ id, name, created: false })));
  });

  clause(
    'one of many concurrent callers gets a name, and all get the id of its execution',
    async ({ store }) => {
      const rivals = newExecutions(16, () => ({ name: 'coveted' }));

      const results = await Promise.all(
        rivals.map(async (rival) => (await store.createExecutions([rival], true))[0]),
      );

      const winners = results.filter((result) => result?.created);
      expect(winners).toHaveLength(1);
      expect(new Set(results.map((result) => result?.id))).toEqual(new Set([winners[0]?.id]));
    },
  );

  clause(
    'concurrent creations of the same names in opposite orders do not deadlock',
    async ({ store }) => {
      const names = Array.from({ length: 50 }, (_, index) => `shared-${index}`);
      const calls = [names, names.toReversed(), names, names.toReversed()].map((order) =>
        store.createExecutions(
          order.map((name) => newExecution({ name })),
          true,
        ),
      );

      const results = (await Promise.all(calls)).flat();

      expect(results.filter(({ created }) => created)).toHaveLength(names.length);
      const owners = new Set(results.map(({ name, id }) => `${name} ${id}`));
      expect(owners.size).toBe(names.length);
    },
  );

  clause('the results of a creation are in the order of its executions', async ({ store }) => {
    const executions = newExecutions(20).toReversed();

    const results = await store.createExecutions(executions, false);

    expect(results.map(({ name }) => name)).toEqual(executions.map(({ name }) => name));
  });
}
