/** The filters of lists, which live in the address and nowhere else. */
import type { Page } from 'playwright-core';
import { describe, expect, it } from 'vitest';
import { polling } from './support/api-reader.ts';
import { noChromium, openPage } from './support/browser.ts';
import { expectGoodScreen } from './support/good-screen.ts';
import { serveConfig } from './support/served-app.ts';
import { createShop } from './support/shop.ts';

const orders = [
  { id: 'A-1' },
  { id: 'A-2', charge: 'declined' },
  { id: 'B-1', charge: 'declined' },
  { id: 'B-2' },
];

/** Serves a shop in which these orders have ended, `B-2` on the queue `low`. */
async function serveOrders() {
  const { config } = createShop();
  const served = await serveConfig(config);
  for (const order of orders) {
    const priority = order.id === 'B-2' ? 'low' : 'default';
    const id = await served.api.start('order', order, { name: order.id, priority });
    await served.api.executionIn(id, 'SUCCEEDED', 'FAILED');
  }
  return served;
}

/** Waits until the list shows these names, in this order. */
async function expectRows(page: Page, names: readonly string[]): Promise<void> {
  const rows = page.locator('tbody tr[data-key]');
  const read = async () => {
    const texts = await rows.allInnerTexts();
    return texts.map((text) => /[AB]-\d/.exec(text)?.[0]);
  };
  await expect.poll(read, polling).toEqual(names);
}

async function addFilter(page: Page, word: string): Promise<void> {
  await page.getByRole('button', { name: 'Filter', exact: true }).click();
  await page.getByRole('menuitem', { name: word, exact: true }).click();
}

async function addText(page: Page, word: string, value: string): Promise<void> {
  await addFilter(page, word);
  await page.getByRole('textbox', { name: word, exact: true }).fill(value);
  await page.getByRole('button', { name: 'Apply' }).click();
}

describe.skipIf(noChromium !== null)('filters of the list of executions', () => {
  it('a filter stays over a reload, goes with back, and is the same by its link', async () => {
    const { url } = await serveOrders();
    const page = await openPage(`${url}executions`);
    await expectRows(page, ['B-2', 'B-1', 'A-2', 'A-1']);

    await addFilter(page, 'status');
    await page.getByRole('checkbox', { name: 'Failed' }).check();
    await page.keyboard.press('Escape');
    await expectRows(page, ['B-1', 'A-2']);
    await addText(page, 'name begins with', 'B');
    await expectRows(page, ['B-1']);
    await page.reload();
    await expectRows(page, ['B-1']);
    await page.goBack();
    await expectRows(page, ['B-1', 'A-2']);
    await page.goForward();
    await expectRows(page, ['B-1']);
    const link = page.url();
    const other = await openPage(link);
    await expectRows(other, ['B-1']);

    expect(new URL(link).search).toBe('?status=FAILED&prefix=B');
    await expectGoodScreen(page);
  });

  it('each filter shows the executions that the API lists for it', async () => {
    const { url, api } = await serveOrders();
    const page = await openPage(`${url}executions`);
    const { executions } = await api.get('executions');
    const [newest] = executions;
    const from = new Date(newest.createdAt).toISOString();
    const cases = [
      ['queue=low', 'queue=low'],
      ['error=CardDeclined', 'error=CardDeclined'],
      ['failedState=Charge', 'failedState=Charge'],
      ['machine=order', 'machineId=order'],
      ['name=A-2', 'name=A-2'],
      ['prefix=A', 'namePrefix=A'],
      [`createdFrom=${from}`, `createdFrom=${from}`],
      [`createdBefore=${from}`, `createdBefore=${from}`],
      [`endedBefore=${from}`, `endedBefore=${from}`],
      ['status=SUCCEEDED', 'status=SUCCEEDED'],
    ];

    for (const [address, query] of cases) {
      const expected = await api.get(`executions?${query}`);
      await page.goto(`${url}executions?${address}`);
      await expectRows(
        page,
        expected.executions.map(({ name }: { name: string }) => name),
      );
    }
  });

  it('a wrong value in the address is named, and the rest holds', async () => {
    const { url } = await serveOrders();

    const page = await openPage(`${url}executions?status=LOST&prefix=A`);
    const alert = page.getByRole('alert');

    await alert.getByText('found "LOST"').waitFor();
    await expectRows(page, ['A-2', 'A-1']);
    await page.getByRole('button', { name: 'Remove them' }).click();
    await alert.waitFor({ state: 'hidden' });
    await expect.poll(() => new URL(page.url()).search, polling).toBe('?prefix=A');
  });
});
