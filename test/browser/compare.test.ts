/** Two executions side by side. */
import { describe, expect, it } from 'vitest';
import { polling } from './support/api-reader.ts';
import { expectFaults, noChromium, openPage } from './support/browser.ts';
import { expectGoodScreen } from './support/good-screen.ts';
import { serveConfig } from './support/served-app.ts';
import { createShop } from './support/shop.ts';

describe.skipIf(noChromium !== null)('the comparison of two executions', () => {
  it('the first state at which two executions part is marked, and the address is a link', async () => {
    const { url, api } = await serveConfig(createShop().config);
    const failed = await api.start('order', { id: 'C-1', charge: 'declined' }, { name: 'C-1' });
    const good = await api.start('order', { id: 'C-2' }, { name: 'C-2' });
    await api.executionIn(failed, 'FAILED');
    await api.executionIn(good, 'SUCCEEDED');
    const page = await openPage(`${url}executions/${failed}`);
    expectFaults(page, /status of 404/);

    await page.getByRole('button', { name: 'Compare' }).click();
    await page.getByRole('heading', { name: 'Compare executions' }).waitFor();
    const right = page.getByRole('region', { name: 'Right' });
    const show = async (text: string) => {
      await right.getByRole('textbox', { name: 'Execution' }).fill(text);
      await right.getByRole('button', { name: 'Show' }).click();
    };
    await show('order:C-9');
    await right.getByText('UNKNOWN_EXECUTION').waitFor();
    await show('order:C-2');
    await page.getByText('they part in Charge').waitFor();
    const rows = page.getByRole('region', { name: 'States' }).locator('tbody tr');
    const firstDifference = page.locator('tr[data-first]');
    expect(await firstDifference.innerText()).toMatch(/Charge.*Charge.*another outcome/s);
    await expect.poll(() => rows.count(), polling).toBe(4);
    const other = await openPage(page.url());
    await other.getByText('they part in Charge').waitFor();
    await other.locator('tr[data-first]').getByRole('link', { name: 'Charge' }).first().click();

    await other.getByText('the card of C-1 has expired').first().waitFor();
    await expect.poll(() => other.url(), polling).toContain(`executions/${failed}?state=Charge`);
    await expectGoodScreen(page);
  });
});
