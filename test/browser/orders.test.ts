/** Orders over many things: counted first, carried out by a leader at a rate, and kept as a log. */
import { describe, expect, it } from 'vitest';
import { tokenList, tokens } from '../server/test-server.ts';
import { ApiReader, polling } from './support/api-reader.ts';
import { expectFaults, noChromium, openPage } from './support/browser.ts';
import { expectGoodScreen } from './support/good-screen.ts';
import { type ServedApp, serveConfig } from './support/served-app.ts';
import { createShop, type Order } from './support/shop.ts';

/** Starts this many orders whose cards are declined, and waits for their ends. */
async function failSome({ app, api }: ServedApp, prefix: string, count: number): Promise<void> {
  const ids = await Promise.all(
    Array.from({ length: count }, async (_, index) => {
      const name = `${prefix}-${String(index).padStart(3, '0')}`;
      const input: Order = { id: name, charge: 'declined' };
      const { executionId } = await app.executions.start({
        machineId: 'order',
        input: { ...input },
        name,
      });
      return executionId;
    }),
  );
  const list = `executions?namePrefix=${prefix}&status=FAILED&limit=1000`;
  await expect.poll(async () => (await api.get(list)).executions.length, polling).toBe(ids.length);
}

describe.skipIf(noChromium !== null)('orders', () => {
  it('a redrive over a filter is counted, refused when the set has grown, paced and paused', async () => {
    const served = await serveConfig(createShop().config);
    const { url, api } = served;
    await failSome(served, 'A', 60);
    const page = await openPage(`${url}executions?status=FAILED&error=CardDeclined`);
    expectFaults(page, /status of 409/);

    await page.getByRole('button', { name: 'Redrive…' }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByRole('heading', { name: 'Redrive 60 executions' }).waitFor();
    await dialog.getByText('status: Failed · error: CardDeclined').waitFor();
    await expect.poll(() => dialog.getByRole('listitem').count(), polling).toBe(10);
    await failSome(served, 'B', 10);
    await dialog.getByRole('textbox', { name: 'Per second' }).fill('1');
    await dialog.getByRole('textbox', { name: 'Reason' }).fill('cards are fine again');
    await dialog.getByRole('button', { name: 'Redrive 60 executions' }).click();
    await dialog.getByText('CONFLICT').waitFor();
    await dialog.getByRole('button', { name: 'Redrive 70 executions' }).click();
    const foot = page.getByRole('region', { name: 'Orders under way' });
    await foot.getByRole('button', { name: 'Pause' }).click();
    await foot.getByRole('button', { name: 'Resume' }).waitFor();
    const { orders } = await api.get('orders?action=redrive');
    const [order] = orders;
    expect(orders).toMatchObject([{ status: 'PAUSED', reason: 'cards are fine again', total: 70 }]);
    await failSome(served, 'C', 5);
    await foot.getByRole('button', { name: 'Rate…' }).click();
    await dialog.getByRole('textbox', { name: 'Per second' }).fill('50');
    await dialog.getByRole('button', { name: 'Continue at this rate' }).click();
    await dialog.waitFor({ state: 'hidden' });
    await page.close();

    const done = async () => (await api.get(`orders/${order.id}`)).status;
    await expect.poll(done, polling).toBe('DONE');
    expect(await api.get(`orders/${order.id}`)).toMatchObject({ done: 70, refused: 0 });
    const redriven = async (prefix: string) => {
      const { executions } = await api.get(`executions?namePrefix=${prefix}&limit=1000`);
      const counts = executions.map(({ id }: { id: string }) => api.redrivesOf(id));
      return (await Promise.all(counts)).reduce((sum, count) => sum + count, 0);
    };
    expect([await redriven('A'), await redriven('B'), await redriven('C')]).toEqual([60, 10, 0]);
    const screen = await openPage(`${url}orders/${order.id}`);
    await screen.getByText('Done', { exact: true }).first().waitFor();
    await screen.getByText('cards are fine again').waitFor();
    await expectGoodScreen(screen);
  });

  it('only an owner deletes from the archive, and types what is deleted', async () => {
    const { config } = createShop({
      batches: {
        orders: {
          machine: 'order',
          source: { kind: 'items', items: [1, 2, 3].map((id) => ({ id, charge: 'declined' })) },
          options: { failurePolicy: null },
        },
      },
    });
    const server = { access: { tokens: tokenList } };
    const { url, api } = await serveConfig(config, { server, token: tokens.owner });
    const { id } = await api.post('batches', { name: 'orders' });
    await api.batchWhen(id, ({ failed }) => failed === 3);
    await expect.poll(async () => (await api.get('archive')).entries.length, polling).toBe(3);
    const operator = await openPage(`${url}archive`);
    expectFaults(operator, /status of (401|403)/);
    await operator.getByRole('textbox', { name: 'Token' }).fill(tokens.operator);
    await operator.getByRole('button', { name: 'Log in' }).click();
    await operator.getByRole('button', { name: 'Redrive…' }).waitFor();
    expect(await operator.getByRole('button', { name: 'Delete…' }).count()).toBe(0);
    const refused = new ApiReader(url, tokens.operator).post('orders', {
      action: 'delete',
      over: { archive: {} },
    });
    await expect(refused).rejects.toThrow(/403/);

    const page = await openPage(`${url}archive`);
    expectFaults(page, /status of 401/);
    await page.getByRole('textbox', { name: 'Token' }).fill(tokens.owner);
    await page.getByRole('button', { name: 'Log in' }).click();
    await page.getByRole('button', { name: 'Delete…' }).click();
    const dialog = page.getByRole('dialog');
    const confirm = dialog.getByRole('button', { name: 'Delete 3 archive entries' });
    await confirm.waitFor();
    expect(await confirm.isDisabled()).toBe(true);
    await dialog.getByRole('textbox', { name: /Type .* to confirm/ }).fill('delete 3');
    await confirm.click();
    await page.getByText('Nothing failed for good. Good.').waitFor();

    expect((await api.get('archive')).entries).toEqual([]);
    await expectGoodScreen(page);
  });
});
