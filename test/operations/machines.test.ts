/** The state machines of a store. */
import { expect, it } from 'vitest';
import { openApp } from '../support/open-app.ts';

const definition = { StartAt: 'Done', States: { Done: { Type: 'Succeed' } } };

const open = () =>
  openApp({
    machines: { order: { definition }, price: { definition, type: 'EXPRESS' } },
    tasks: { 'report:build': () => 'built' },
  });

it('a list of machines has those of the configuration, and not those of custom tasks', async () => {
  const app = await open();
  await app.tasks.enqueue({ type: 'report:build' });

  const machines = await app.machines.list();

  expect(machines).toEqual([
    { id: 'order', version: 1, type: 'STANDARD', createdAt: expect.any(Number) },
    { id: 'price', version: 1, type: 'EXPRESS', createdAt: expect.any(Number) },
  ]);
});

it('a machine is shown with the definition of its newest or of an earlier version', async () => {
  const app = await open();
  const changed = { ...definition, Comment: 'second' };
  await app.drivers.store.putMachine('order', 'STANDARD', JSON.stringify(changed));

  expect(await app.machines.get('order')).toMatchObject({ version: 2, definition: changed });
  expect(await app.machines.get('order', 1)).toMatchObject({ version: 1, definition });
});

it('an unknown machine or version is refused', async () => {
  const app = await open();

  const refusal = { code: 'UNKNOWN_MACHINE', fields: { machineId: 'order' } };
  await expect(app.machines.get('order', 2)).rejects.toMatchObject(refusal);
  await expect(app.machines.get('none')).rejects.toMatchObject({ code: 'UNKNOWN_MACHINE' });
  await expect(app.machines.graph('order', 2)).rejects.toMatchObject(refusal);
  await expect(app.machines.versions('none')).rejects.toMatchObject({ code: 'UNKNOWN_MACHINE' });
});

it('the versions of a machine are listed, and each has a graph of its own', async () => {
  const app = await open();
  const changed = {
    StartAt: 'First',
    States: { First: { Type: 'Pass', Next: 'Done' }, ...definition.States },
  };
  await app.drivers.store.putMachine('order', 'EXPRESS', JSON.stringify(changed));

  const versions = await app.machines.versions('order');
  const newest = await app.machines.graph('order');
  const first = await app.machines.graph('order', 1);

  expect(versions).toEqual([
    { id: 'order', version: 2, type: 'EXPRESS', createdAt: expect.any(Number), open: 0 },
    { id: 'order', version: 1, type: 'STANDARD', createdAt: expect.any(Number), open: 0 },
  ]);
  expect(await app.machines.versions('order', 1)).toEqual(versions.slice(0, 1));
  expect(newest).toMatchObject({ machineId: 'order', version: 2, startAt: 'First' });
  expect(newest.states.map(({ name }) => name)).toEqual(['First', 'Done']);
  expect(first).toMatchObject({ version: 1, startAt: 'Done', edges: [] });
});
