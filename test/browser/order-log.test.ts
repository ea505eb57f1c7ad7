/** The log of changes: every one of them, whichever way it was made. */
import type { Page } from 'playwright-core';
import { describe, expect, it, onTestFinished } from 'vitest';
import { actionWords } from '../../dashboard/src/orders/order-progress.ts';
import { contract } from '../../lib/api/contract/contract.ts';
import { parseDocument, runToEnd, sumsConfig } from '../processes/cli-process.ts';
import { tokenList, tokens } from '../server/test-server.ts';
import { createTestDatabase, hasPostgres } from '../support/test-database.ts';
import { ApiReader, polling } from './support/api-reader.ts';
import { noChromium } from './support/browser.ts';
import { expectGoodScreen } from './support/good-screen.ts';
import { logIn, openLogin } from './support/log-in.ts';
import { type ServedApp, serveConfig } from './support/served-app.ts';
import { createShop, ordersOf } from './support/shop.ts';
import { readTable } from './support/tables.ts';

/** Changes that are no entry: the traffic of other systems, and what changes nothing. */
const unrecorded = [
  'sendTaskSuccess',
  'sendTaskFailure',
  'sendTaskHeartbeat',
  'pollActivity',
  'sendMessage',
  'testState',
  // An order is an entry by its action, such as `redrive`.
  'startOrder',
  // The batches that an event starts are entries.
  'receiveEvent',
];

/** Every change that the log has to have. */
const recorded = Object.entries(contract)
  .filter(([name, { needs }]) => needs !== 'read' && !unrecorded.includes(name))
  .map(([name]) => name);

/** Creates a shop on a database, with a batch, and a machine that waits for an answer. */
async function serveLogged() {
  const database = await createTestDatabase();
  onTestFinished(() => database.drop());
  const { config, doors } = createShop({
    activities: ['approve'],
    machines: {
      approval: {
        definition: {
          StartAt: 'Ask',
          States: {
            Ask: {
              Type: 'Task',
              Resource: 'arn:aws:states:us-east-1:000000000000:activity:approve',
              End: true,
            },
          },
        },
      },
    },
    batches: {
      orders: {
        machine: 'order',
        source: ordersOf([
          { id: 'A-1', charge: 'held' },
          { id: 'A-2', charge: 'declined' },
        ]),
        options: { failurePolicy: null, retriesMax: 0 },
        schedule: 'at(2199-12-31T00:00:00)',
      },
    },
  });
  const flags = { store: 'postgres', postgresUrl: database.url } as const;
  const server = { access: { tokens: tokenList } };
  const served = await serveConfig(config, { flags, server, token: tokens.owner });
  return { ...served, doors, database };
}

/** Makes every change of the API once; the operator does what it may. */
async function changeEverything({ url, api }: ServedApp): Promise<void> {
  const ada = new ApiReader(url, tokens.operator);
  const decline = async (name: string) => {
    const id = await ada.start('order', { id: name, charge: 'declined' }, { name });
    await api.executionIn(id, 'FAILED');
    return id;
  };
  await ada.post('queues/low/pause', { reason: 'the card service is down' });
  await ada.post('queues/low/resume');
  await api.post('queues/low/purge', { cancelTasks: true });
  const failed = await decline('L-1');
  await ada.post(`executions/${failed}/redrive`);
  await api.post(`executions/${failed}/documents/input/reveal`, { reason: 'the customer asks' });
  const held = await ada.start('order', { id: 'L-2', charge: 'held' });
  await api.executionIn(held, 'RUNNING');
  await ada.post(`executions/${held}/cancel`);
  const asking = await ada.start('approval', {});
  const asked = async () => (await api.get(`executions/${asking}/states`)).visits[0];
  await expect.poll(async () => (await asked())?.waitsFor, polling).toBe('activity');
  const { eventId } = await asked();
  await api.post(`executions/${asking}/tasks/${eventId}/answer`, { output: {} });
  const { id: batch } = await ada.post('batches', { name: 'orders' });
  await ada.post(`batches/${batch}/pause`);
  await ada.post(`batches/${batch}/resume`);
  await ada.post(`batches/${batch}/cancel`);
  await api.batchWhen(batch, ({ status }) => status === 'ABORTED');
  await api.post(`batches/${batch}/delete`);
  await changeTasks(api, ada, decline);
  await changeOrders(ada);
  await changeSchedules(ada);
  await changeAliases(api, ada);
}

async function changeSchedules(ada: ApiReader): Promise<void> {
  await ada.post('schedules/orders/pause', { reason: 'the shop is closed' });
  await ada.post('schedules/orders/resume');
  await ada.post('schedules/orders/start');
}

async function changeAliases(api: ApiReader, ada: ApiReader): Promise<void> {
  const versions = 'machines/order/published-versions';
  const { number } = await ada.post(versions);
  const live = { name: 'live', routes: [{ version: number, weight: 100 }] };
  await ada.post('machines/order/aliases', live);
  await ada.post('machines/order/aliases/live', { description: 'what customers get' });
  await api.post('machines/order/aliases/live/delete');
  await api.post(`${versions}/${number}/delete`);
}

async function changeTasks(
  api: ApiReader,
  ada: ApiReader,
  decline: (name: string) => Promise<string>,
): Promise<void> {
  const later = { machineId: 'order', input: { id: 'T-1' }, delayMs: 3_600_000 };
  const { executionId: waiting } = await ada.post('tasks', later);
  const { executionId: stopped } = await ada.post('tasks', { ...later, input: { id: 'T-2' } });
  await ada.post('tasks/cancel', { ids: [stopped] });
  await ada.post('tasks/archive', { ids: [await decline('T-3')] });
  await ada.post('tasks/redrive', { ids: [await decline('T-4')] });
  await api.post('tasks/delete', { ids: [waiting] });
  await ada.post('archive/redrive', { all: true });
  await api.post('archive/delete', { all: true });
}

async function changeOrders(ada: ApiReader): Promise<void> {
  const body = { action: 'redrive', over: { executions: { namePrefix: 'L-' } }, perSecond: 1 };
  const { orderId } = await ada.post('orders', { ...body, reason: 'cards are fine again' });
  await ada.post(`orders/${orderId}/pause`, { reason: 'one moment' });
  await ada.post(`orders/${orderId}/resume`);
  const { orderId: second } = await ada.post('orders', body);
  await ada.post(`orders/${second}/pause`);
  await ada.post(`orders/${second}/cancel`);
}

/** Returns the rows of the log by the name of their change. */
async function readLog(page: Page) {
  const rows = await readTable(page, 'Every change');
  return rows.map(([action, status, object, by, reason]) => {
    return { action, status, object, by, reason };
  });
}

describe.skipIf(noChromium !== null || !hasPostgres)('the log of changes', () => {
  it('the log has every change of API, page and command line, with person and reason', async (context) => {
    const served = await serveLogged();
    const { url, api, database } = served;
    await changeEverything(served);
    const id = await api.start('order', { id: 'P-1', charge: 'declined' }, { name: 'P-1' });
    await api.executionIn(id, 'FAILED');
    const redrive = ['execution', 'redrive', id, '--json', '--config', sumsConfig];
    await runToEnd(context, [...redrive, '--postgres', database.url]);
    await expect.poll(() => api.redrivesOf(id), polling).toBe(1);
    await api.executionIn(id, 'FAILED');
    const page = await openLogin(`${url}executions/${id}`);
    await logIn(page, tokens.operator);
    await page.getByRole('button', { name: 'Redrive', exact: true }).click();
    await expect.poll(() => api.redrivesOf(id), polling).toBe(2);
    const listed = await runToEnd(context, [
      'order',
      'list',
      '--limit',
      '200',
      '--json',
      '--config',
      sumsConfig,
      '--postgres',
      database.url,
    ]);

    await page.goto(`${url}orders`);
    await page.getByRole('table', { name: 'Every change' }).waitFor();
    const { orders } = await api.get('orders?limit=200');
    // All rows are drawn in a window of this height.
    await page.setViewportSize({ width: 1_440, height: 3_000 });
    await expect.poll(async () => (await readLog(page)).length, polling).toBe(orders.length);
    const log = await readLog(page);
    expect(log.map(({ action }) => action)).toEqual(
      orders.map(({ action }: { action: string }) => actionWords(action)),
    );
    expect(parseDocument(listed).orders).toHaveLength(orders.length);
    const words = new Set(log.map(({ action }) => action));
    expect(recorded.filter((name) => !words.has(actionWords(name)))).toEqual([]);
    expect(log).toContainEqual({
      action: 'Pause queue',
      status: 'Done',
      object: 'queue:low',
      by: 'ada (api)',
      reason: 'the card service is down',
    });
    expect(orders).toContainEqual(
      expect.objectContaining({ action: 'pauseBatch', by: 'ada', outcome: 'PAUSED' }),
    );
    const own = orders.filter(({ object }: { object: string }) => object === `execution:${id}`);
    expect(own).toMatchObject([
      { action: 'redriveExecution', by: 'ada', via: 'page' },
      { action: 'redriveExecution', by: expect.any(String), via: 'cli' },
      { action: 'startExecution', by: 'owner', via: 'api' },
    ]);
    await page.getByRole('link', { name: 'Pause queue' }).click();
    await page.getByText('the card service is down').waitFor();
    await expectGoodScreen(page);
  });
});
