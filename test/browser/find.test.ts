/** Finding things by what one knows of them, and looking into documents. */
import type { Page } from 'playwright-core';
import { describe, expect, it, onTestFinished } from 'vitest';
import { createTestDatabase, hasPostgres } from '../support/test-database.ts';
import { polling } from './support/api-reader.ts';
import { noChromium, openPage } from './support/browser.ts';
import { expectGoodScreen } from './support/good-screen.ts';
import { insertExecutions } from './support/many-executions.ts';
import { serveConfig } from './support/served-app.ts';
import { createShop } from './support/shop.ts';

/** Opens the dialog by its key and types; returns the texts of what is found. */
async function find(page: Page, text: string): Promise<string[]> {
  await page.keyboard.press('/');
  await page.getByRole('combobox').fill(text);
  const options = page.getByRole('listbox', { name: 'Found' }).getByRole('option');
  await expect
    .poll(
      async () => (await options.count()) + (await page.getByText('Nothing is called').count()),
      polling,
    )
    .toBeGreaterThan(0);
  return await options.allInnerTexts();
}

/** Serves a shop with one order that succeeded and one whose card was declined. */
async function serveTwo() {
  const { config } = createShop({
    batches: {
      orders: { machine: 'order', source: { kind: 'items', items: [{ id: 'B-1' }] } },
    },
  });
  const served = await serveConfig(config);
  const good = await served.api.start(
    'order',
    { id: 'A-1', note: 'leave it with Ada' },
    { name: 'A-1' },
  );
  const bad = await served.api.start('order', { id: 'A-2', charge: 'declined' }, { name: 'A-2' });
  await served.api.executionIn(good, 'SUCCEEDED');
  await served.api.executionIn(bad, 'FAILED');
  const batch = await served.api.post('batches', { name: 'orders' });
  await served.api.batchWhen(batch.id, ({ status }) => status === 'SUCCEEDED');
  return { ...served, good, bad, batchId: batch.id };
}

describe.skipIf(noChromium !== null)('finding', () => {
  it('an id, machine:name, a prefix, a batch, an error and a queue are found, and opened', async () => {
    const { url, good, bad, batchId } = await serveTwo();
    const page = await openPage(url);
    await page.getByRole('heading', { name: 'Overview' }).waitFor();
    const cases = [
      [bad, `executions/${bad}`],
      ['order:A-1', `executions/${good}`],
      ['A-2', `executions/${bad}`],
      [batchId, `batches/${batchId}`],
      ['orders', `batches/${batchId}`],
      ['CardDecl', 'executions?error=CardDeclined'],
      ['low', 'queues/low'],
    ] as const;

    for (const [text, path] of cases) {
      const hits = await find(page, text);
      expect(hits.length, text).toBeGreaterThan(0);
      await page.keyboard.press('Enter');
      await expect.poll(() => page.url(), polling).toBe(`${url}${path}`);
    }
    expect(await find(page, 'no such thing')).toEqual([]);
    await page.keyboard.press('Escape');
    const beginning = await find(page, 'A-');
    expect(beginning.map((text) => /A-\d/.exec(text)?.[0]).sort()).toEqual(['A-1', 'A-2']);
    await expectGoodScreen(page);
  });

  it('a look into documents finds a text, says how far it has looked, and is a link', async () => {
    const { url } = await serveTwo();
    const page = await openPage(`${url}executions`);
    await page.getByRole('button', { name: 'Look into documents…' }).click();
    await page
      .getByRole('textbox', { name: 'Text in an input or output' })
      .fill('leave it with Ada');
    await page.getByRole('button', { name: 'Look', exact: true }).click();
    const found = page.getByRole('table', { name: 'Executions whose documents have the text' });

    await page.getByText(/looked at 3 executions.*1 found · that is all/).waitFor();
    await found.getByRole('link', { name: 'A-1' }).waitFor();
    const other = await openPage(page.url());
    await other.getByText(/looked at 3 executions.*1 found · that is all/).waitFor();
    await found.getByRole('link', { name: 'A-1' }).click();
    await page.getByRole('heading', { name: 'A-1' }).waitFor();

    expect(new URL(other.url()).searchParams.get('look')).toBe('leave it with Ada');
    await expectGoodScreen(other);
  });

  it.skipIf(!hasPostgres)(
    'a look into the documents of 45,000 executions is stopped, and continued from its link',
    async () => {
      const database = await createTestDatabase();
      onTestFinished(() => database.drop());
      const flags = { store: 'postgres', postgresUrl: database.url } as const;
      const { url } = await serveConfig(createShop().config, { flags });
      await insertExecutions(database, 45_000, { 44000: 'for Ada', 10: 'for Ada' });
      const page = await openPage(`${url}executions`);
      let stop = () => {};
      const stopped = new Promise<void>((resolve) => {
        stop = resolve;
      });
      let calls = 0;
      await page.route('**/v1/executions/scan', async (route) => {
        calls += 1;
        // The second call lasts until the search is stopped.
        if (calls > 1) await stopped;
        await (calls > 1 ? route.abort() : route.continue());
      });
      await page.goto(`${url}executions?look=for+Ada`);
      await page.getByText(/^looked at [\d,]+ executions, back to .*, 1 found$/).waitFor();
      await page.getByRole('link', { name: 'N-044000' }).waitFor();

      await page.getByRole('button', { name: 'Stop' }).click();
      stop();
      await page.getByRole('button', { name: 'Go on' }).waitFor();
      const link = page.url();
      const other = await openPage(link);
      await other.getByRole('button', { name: 'Go on' }).click();
      await other.getByText(/ 1 found · that is all$/).waitFor();
      await other.getByRole('link', { name: 'N-000010' }).waitFor();
      await page.unroute('**/v1/executions/scan');
      await page.getByRole('button', { name: 'Go on' }).click();
      await page.getByText(/^looked at 45,000 executions, .* 2 found · that is all$/).waitFor();

      expect(new URL(link).searchParams.get('lookFrom')).not.toBeNull();
      expect(await other.getByRole('link', { name: 'N-044000' }).count()).toBe(0);
      await expectGoodScreen(page);
    },
  );
});
