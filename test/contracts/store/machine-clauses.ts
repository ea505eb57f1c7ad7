/** State machines and their versions. */
import { expect } from 'vitest';
import { type Clause, create, createClaimed, createEnded, newExecution } from './store-harness.ts';

/** Defines the clauses about machines. */
export function machineClauses(clause: Clause): void {
  clause('a new machine gets version 1', async ({ store, clock }) => {
    const machine = await store.putMachine('orders', 'STANDARD', '{"StartAt":"A"}');

    expect(machine).toEqual({
      id: 'orders',
      version: 1,
      kind: 'STANDARD',
      definition: '{"StartAt":"A"}',
      createdAt: clock.now(),
    });
    expect(await store.getMachine('orders')).toEqual(machine);
  });

  clause('the same definition again returns its version', async ({ store, clock }) => {
    const first = await store.putMachine('orders', 'STANDARD', '{"StartAt":"A"}');
    await clock.advance(1_000);

    expect(await store.putMachine('orders', 'STANDARD', '{"StartAt":"A"}')).toEqual(first);
  });

  clause(
    'a definition with another text or kind gets the next version and keeps the earlier one',
    async ({ store }) => {
      await store.putMachine('orders', 'STANDARD', '{"a":1,"b":2}');
      await store.putMachine('orders', 'STANDARD', '{"b":2,"a":1}');
      const third = await store.putMachine('orders', 'EXPRESS', '{"b":2,"a":1}');

      expect(third.version).toBe(3);
      expect(await store.getMachine('orders', 1)).toMatchObject({ definition: '{"a":1,"b":2}' });
      expect(await store.getMachine('orders')).toEqual(third);
    },
  );

  clause('an earlier definition that is recorded again keeps its version', async ({ store }) => {
    for (const definition of ['1', '2']) await store.putMachine('orders', 'STANDARD', definition);

    for (let restarts = 0; restarts < 3; restarts += 1) {
      expect(await store.putMachine('orders', 'STANDARD', '1')).toMatchObject({ version: 1 });
      expect(await store.putMachine('orders', 'STANDARD', '2')).toMatchObject({ version: 2 });
    }
    expect(await store.putMachine('orders', 'EXPRESS', '1')).toMatchObject({ version: 3 });
    expect(await store.getMachine('orders')).toMatchObject({ version: 3, kind: 'EXPRESS' });
  });

  clause(
    'a replaced version that is recorded again is kept for another retention',
    async ({ store, clock }) => {
      for (const definition of ['1', '2', '3']) {
        await store.putMachine('orders', 'STANDARD', definition);
      }
      await clock.advance(1_000);
      await store.putMachine('orders', 'STANDARD', '1');

      expect(await store.pruneMachineVersions(1_000, 10)).toBe(1);
      expect(await store.getMachine('orders', 1)).not.toBe(null);
      expect(await store.getMachine('orders', 2)).toBe(null);

      await clock.advance(1_000);
      expect(await store.pruneMachineVersions(1_000, 10)).toBe(1);
      expect(await store.getMachine('orders', 1)).toBe(null);
    },
  );

  clause('concurrent callers create one version per definition', async ({ store }) => {
    const definitions = ['1', '2', '3', '4', '5', '6'];

    const machines = await Promise.all(
      definitions.map((definition) => store.putMachine('orders', 'STANDARD', definition)),
    );

    expect(machines.map(({ version }) => version).sort()).toEqual([1, 2, 3, 4, 5, 6]);
    expect(machines.map(({ definition }) => definition)).toEqual(definitions);
  });

  clause('getting an unknown machine or version returns null', async ({ store }) => {
    await store.putMachine('orders', 'STANDARD', '1');

    expect(await store.getMachine('orders', 2)).toBeNull();
    expect(await store.getMachine('invoices')).toBeNull();
  });

  clause('the list of machines has the newest version of each, by id', async ({ store }) => {
    await store.putMachine('orders', 'STANDARD', '1');
    await store.putMachine('invoices', 'EXPRESS', '2');
    await store.putMachine('orders', 'STANDARD', '3');

    const machines = await store.listMachines();

    expect(machines).toMatchObject([
      { id: 'invoices', version: 1 },
      { id: 'orders', version: 2, definition: '3' },
    ]);
  });

  clause(
    'the versions of a machine are listed without definitions, newest first',
    async (given) => {
      const { store, clock } = given;
      await store.putMachine('orders', 'STANDARD', '1');
      await store.putMachine('invoices', 'STANDARD', '1');
      await clock.advance(1_000);
      await store.putMachine('orders', 'EXPRESS', '2');
      await store.putMachine('orders', 'EXPRESS', '3');

      const newest = { id: 'orders', kind: 'EXPRESS', createdAt: clock.now(), open: 0 };
      const first = { id: 'orders', kind: 'STANDARD', createdAt: clock.now() - 1_000, open: 0 };
      const versions = [
        { ...newest, version: 3 },
        { ...newest, version: 2 },
        { ...first, version: 1 },
      ];
      expect(await store.listMachineVersions('orders', 10)).toEqual(versions);
      expect(await store.listMachineVersions('orders', 2)).toEqual(versions.slice(0, 2));
      expect(await store.listMachineVersions('none', 10)).toEqual([]);
    },
  );

  clause(
    'each version of a machine is listed with the number of its open executions',
    async (given) => {
      const { store } = given;
      for (const text of ['1', '2', '3']) await store.putMachine('orders', 'STANDARD', text);
      await create(store, newExecution({ machineVersion: 3 }));
      await store.createExecutions([newExecution({ machineVersion: 3 })], false);
      await createClaimed(store, { machineVersion: 3 });
      await createEnded(store, 'SUCCEEDED', { machineVersion: 2 });
      await create(
        store,
        newExecution({ machineVersion: 1 }),
        newExecution({ machineId: 'other' }),
      );

      const versions = await store.listMachineVersions('orders', 10);

      expect(versions.map(({ version, open }) => [version, open])).toEqual([
        [3, 3],
        [2, 0],
        [1, 1],
      ]);
    },
  );
}
