/** Published versions and aliases over the HTTP API, and batches that follow an alias. */
import { expect, it } from 'vitest';
import { machineVersionOperations } from '../../../lib/api/contract/machine-versions.ts';
import { contextOf } from '../../../lib/app/millrace.ts';
import { createStateMachine } from '../../../lib/operations/state-machines/create-state-machine.ts';
import { updateStateMachine } from '../../../lib/operations/state-machines/update-state-machine.ts';
import { covers, createCaller, refusal } from '../../support/api-app.ts';
import { batchEnd, openApp } from '../../support/open-app.ts';

covers(machineVersionOperations);

const pass = (result: number) =>
  JSON.stringify({ StartAt: 'P', States: { P: { Type: 'Pass', Result: result, End: true } } });

async function setUp() {
  const app = await openApp({
    machines: {},
    batches: {},
  });
  const context = contextOf(app);
  await createStateMachine(context, { name: 'pay', definition: pass(1) });
  const api = createCaller(async () => app);
  return { app, api, context };
}

it('versions are published, named by aliases and deleted', async () => {
  const { api, context } = await setUp();
  const versions = '/v1/machines/pay/published-versions';
  const aliases = '/v1/machines/pay/aliases';
  const publish = () => api.post(versions, {});
  const remove = (path: string) => api.post(`${path}/delete`);

  expect((await publish()).body).toMatchObject({ number: 1, revision: 1 });
  expect((await publish()).body).toMatchObject({ number: 1 });
  await updateStateMachine(context, 'pay', { definition: pass(2) });
  expect((await publish()).body).toMatchObject({ number: 2 });
  const routes = [{ version: 1, weight: 100 }];
  expect((await api.post(aliases, { name: 'live', routes })).body).toMatchObject({
    name: 'live',
    routes,
  });
  expect(refusal(await remove(`${versions}/1`))).toEqual([409, 'CONFLICT']);
  await api.post(`${aliases}/live`, { routes: [{ version: 2, weight: 100 }] });
  expect((await remove(`${versions}/1`)).body.deleted).toBe(true);
  expect((await api.get(versions)).body).toMatchObject({ versions: [{ number: 2 }], next: null });
  expect((await api.get(aliases)).body.aliases).toHaveLength(1);
  expect((await remove(`${aliases}/live`)).body).toEqual({
    machineId: 'pay',
    alias: 'live',
    deleted: true,
  });
  expect(refusal(await api.post(`${aliases}/live`, { description: 'gone' }))).toEqual([
    404,
    'UNKNOWN_ALIAS',
  ]);
  expect(refusal(await remove(`${versions}/x`))).toEqual([400, 'INVALID_ARGUMENT']);
});

it('a batch of an alias gives each execution the version that the alias routes it to', async () => {
  const { app } = await setUp();
  await app.machines.publish('pay');
  await updateStateMachine(contextOf(app), 'pay', { definition: pass(2), publish: true });
  const half = [1, 2].map((version) => ({ version, weight: 50 }));
  await app.machines.createAlias('pay', { name: 'live', routes: half });
  await app.start();

  const items = Array.from({ length: 40 }, (_, index) => index);
  const queue = app.queueClient();
  const source = { kind: 'items', items } as const;
  const batch = await queue.enqueueBatch('pay:live' as never, { source });
  await batchEnd(app, batch.id);
  const { entries } = await app.drivers.store.listByStart({ batchId: batch.id }, { limit: 100 });
  const outputs = await app.drivers.store.listOutputs(batch.id, { limit: 100 });

  const numbers = new Set(entries.map(({ versionNumber }) => versionNumber));
  expect(entries).toHaveLength(40);
  expect([...numbers].sort()).toEqual([1, 2]);
  const byId = new Map(outputs.entries.map(({ id, output }) => [id, output]));
  for (const { id, versionNumber, alias } of entries) {
    expect(byId.get(id)).toBe(String(versionNumber));
    expect(alias).toBe('live');
  }
  await app.stop();
});
