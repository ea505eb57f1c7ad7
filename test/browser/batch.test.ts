/** A batch on its page: how far it is, where its executions are, what fails, and why. */
import type { Page } from 'playwright-core';
import { describe, expect, it, onTestFinished } from 'vitest';
import { parseDocument, runToEnd } from '../processes/cli-process.ts';
import { tokenList, tokens } from '../server/test-server.ts';
import { createTestDatabase, hasPostgres } from '../support/test-database.ts';
import { polling } from './support/api-reader.ts';
import { noChromium, openPage } from './support/browser.ts';
import { expectGoodScreen } from './support/good-screen.ts';
import { expectState, watchSums } from './support/graph.ts';
import { logIn, openLogin } from './support/log-in.ts';
import { serveConfig } from './support/served-app.ts';
import { createShop, type Order, ordersOf } from './support/shop.ts';
import { numberIn, readTable } from './support/tables.ts';

/** Returns orders, one in so many of which is as `special`. */
function manyOrders(count: number, oneIn: number, special: Partial<Order>): Order[] {
  return Array.from({ length: count }, (_, index) => ({
    id: `A-${index}`,
    ...(index % oneIn === 0 && special),
  }));
}

const unlimited = { failurePolicy: null, retriesMax: 0 };

/** Creates a shop with the batch `orders` of these orders. */
function shopWith(orders: readonly Order[], options: object = unlimited) {
  return createShop({
    batches: { orders: { machine: 'order', source: ordersOf(orders), options } },
  });
}

/** The states of an order that are in no other. */
const topStates = ['Load', 'Charge', 'Amount', 'Rest', 'Fulfil', 'Apologize'];

/** Returns how many executions the progress bar says have ended. */
async function endedOn(page: Page): Promise<number> {
  const bar = page.getByRole('progressbar', { name: 'Progress of orders' });
  return Number(await bar.getAttribute('aria-valuenow'));
}

describe.skipIf(noChromium !== null)('the page of a batch', () => {
  it.skipIf(!hasPostgres)(
    'progress, rate and end move, also over a reload, and are those of the command line',

    async (context) => {
      const database = await createTestDatabase();
      onTestFinished(() => database.drop());
      const { config, doors } = shopWith(manyOrders(300, 1, { charge: 'held' }));
      const flags = { store: 'postgres', postgresUrl: database.url } as const;
      const { url, api } = await serveConfig({ ...config, concurrency: 300 }, { flags });
      const { id } = await api.post('batches', { name: 'orders' });
      const page = await openPage(`${url}batches/${id}`);
      await expect.poll(() => doors.charge.waiting, polling).toBe(300);

      doors.charge.letPass(60);
      await expect.poll(() => endedOn(page), polling).toBe(60);
      await page.reload();
      await expect.poll(() => endedOn(page), polling).toBe(60);
      const facts = page.getByRole('region', { name: 'Progress' });
      const shown = async () => {
        doors.charge.letPass(1);
        return await facts.innerText();
      };
      await expect
        .poll(shown, { ...polling, interval: 500 })
        .toMatch(/^(?=.*\d\/s).*ends .*\d\d:\d\d/s);
      const status = parseDocument(
        await runToEnd(context, ['batch', 'get', id, '--json', '--postgres', database.url]),
      );
      expect(status).toMatchObject({ status: 'RUNNING', total: 300 });
      doors.charge.open();
      await page.getByText('Succeeded', { exact: true }).waitFor();

      const ended = parseDocument(
        await runToEnd(context, ['batch', 'get', id, '--json', '--postgres', database.url]),
      );
      expect(ended).toMatchObject({ status: 'SUCCEEDED', total: 300, succeeded: 300 });
      await expect.poll(() => endedOn(page), polling).toBe(300);
      await expectGoodScreen(page);
    },
  );

  it('those not begun, in each state and ended add up to all that were created', async () => {
    const special = { charge: 'held' } as const;
    const orders = [
      ...manyOrders(60, 2, special),
      ...manyOrders(20, 1, { charge: 'declined' }),
      ...manyOrders(10, 1, { charge: 'busy' }),
      ...manyOrders(10, 1, { cents: 20_000, seconds: 3 }),
    ];
    const { config, doors } = shopWith(orders);
    const { url, api } = await serveConfig(config);
    const { id } = await api.post('batches', { name: 'orders' });
    const page = await openPage(`${url}batches/${id}`);
    await expect.poll(() => doors.charge.waiting, polling).toBe(30);
    const { created } = await api.get(`batches/${id}`);
    expect(created).toBe(100);
    await expectState(page, 'Charge', / 30 here now/);
    const sums = await watchSums(page, topStates);
    doors.charge.open();
    await page.getByText(/^ended: 100$/).waitFor();
    await api.batchWhen(id, ({ status }) => status !== 'RUNNING');
    const redriven = await api.post('orders', {
      action: 'redrive',
      over: { executions: { batchId: id, statuses: ['FAILED'] } },
      perSecond: 1_000,
    });
    expect(redriven.matching).toBe(20);
    await expect
      .poll(async () => (await api.get(`orders/${redriven.orderId}`)).status, polling)
      .toBe('DONE');
    await expect.poll(async () => (await api.get(`batches/${id}`)).failed, polling).toBe(20);

    await expectState(page, 'Charge', / 40 failed/);
    await page.getByText(/^ended: 100$/).waitFor();
    expect(await sums()).toEqual([created]);
    await expectGoodScreen(page);
  });

  it('an error of a state leads to its list, and to an execution whose newest error is open', async () => {
    const { config } = createShop({
      machines: {
        retried: {
          definition: {
            StartAt: 'Charge',
            States: {
              Charge: {
                Type: 'Task',
                Resource: 'down',
                Retry: [{ ErrorEquals: ['States.ALL'], IntervalSeconds: 1, MaxAttempts: 2 }],
                End: true,
              },
            },
          },
        },
      },
      handlers: {
        down: (_: unknown, { retryCount }) => {
          throw Object.assign(new Error(`try ${retryCount + 1} failed`), {
            name: 'CardServiceBusy',
          });
        },
      },
      batches: {
        orders: {
          machine: 'retried',
          source: ordersOf([{ id: 'A-1' }, { id: 'A-2' }, { id: 'A-3' }]),
          options: { ...unlimited, namePrefix: 'A' },
        },
      },
    });
    const { url, api } = await serveConfig(config);
    const { id } = await api.post('batches', { name: 'orders' });
    await api.batchWhen(id, ({ failed }) => failed === 3);
    const { rows } = await api.get(`batches/${id}/failures`);
    const page = await openPage(`${url}batches/${id}`);
    await page.getByRole('table', { name: 'Failures by error and state' }).waitFor();
    const [row = []] = await readTable(page, 'Failures by error and state');

    expect(row.slice(0, 3)).toEqual(['CardServiceBusy', 'Charge', '3']);
    expect(rows).toMatchObject([{ error: 'CardServiceBusy', state: 'Charge', count: 3 }]);
    await page
      .getByRole('table', { name: 'Failures by error and state' })
      .getByRole('link', { name: 'CardServiceBusy' })
      .click();
    const list = page.getByRole('table', { name: 'Executions' });
    await list.waitFor();
    await expect.poll(() => readTable(page, 'Executions'), polling).toHaveLength(3);
    await list.getByRole('link', { name: 'A-0' }).click();
    const panel = page.getByRole('region', { name: 'Charge', exact: true });
    await panel.getByText('try 3 failed').first().waitFor();
    await panel.getByRole('tab', { name: /^Tries/ }).click();
    const tries = async () => {
      const texts = await panel.getByRole('listitem').allInnerTexts();
      return texts.map((text) => numberIn(/try \d/.exec(text)?.[0]));
    };

    await expect.poll(tries, polling).toEqual([3, 2, 1]);
    await expectGoodScreen(page);
  });

  it('failures pause a batch, and whoever looks sees why, resumes it, and who did', async () => {
    const policy = { softThreshold: 0.1, hardThreshold: 0.2, smoothing: 1, windowSize: 10 };
    const { config, doors } = shopWith(
      [...manyOrders(30, 2, { charge: 'declined' }), ...manyOrders(30, 1, { charge: 'held' })],
      { retriesMax: 0, failurePolicy: policy, maxInFlight: 20, chunkSize: 10 },
    );
    const server = { access: { tokens: tokenList } };
    const { url, api } = await serveConfig(config, { server, token: tokens.owner });
    const { id } = await api.post('batches', { name: 'orders' });
    const paused = await api.batchWhen(id, ({ status }) => status === 'PAUSED');
    const page = await openLogin(url);
    await logIn(page, tokens.operator);
    await page
      .getByRole('link', { name: /orders.*(paused|PAUSED)/ })
      .first()
      .click();
    await page.getByText(paused.reason).first().waitFor();
    await page.getByRole('button', { name: 'Resume…' }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByRole('textbox', { name: /^Reason/ }).fill('the cards work again');
    await dialog.getByRole('button', { name: 'Resume', exact: true }).click();
    doors.charge.open();
    const log = page.getByRole('region', { name: 'Who changed it' });
    await log.getByText('Resume batch').waitFor();
    for (const chart of ['Executions that ended', 'Share that failed']) {
      const figure = page.getByRole('figure', { name: new RegExp(`^${chart}: `) });
      const said = () => figure.getAttribute('aria-label');
      await expect.poll(said, polling).toMatch(/, paused by leader at .*, resumed by ada at /);
    }

    const { orders } = await api.get(`orders?object=batch:${id}`);
    const resumed = orders.find(({ action }: { action: string }) => action === 'resumeBatch');
    expect(resumed).toMatchObject({
      action: 'resumeBatch',
      via: 'page',
      reason: 'the cards work again',
    });
    await expectGoodScreen(page);
  });
});
