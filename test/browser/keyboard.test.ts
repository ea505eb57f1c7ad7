/** The page without a mouse, on a phone, and in another zone. */
import type { Page } from 'playwright-core';
import { describe, expect, it } from 'vitest';
import { polling } from './support/api-reader.ts';
import { noChromium, openPage } from './support/browser.ts';
import { expectGoodScreen } from './support/good-screen.ts';
import { serveConfig } from './support/served-app.ts';
import { createShop } from './support/shop.ts';

/** Serves a shop with a failed order; returns its id. */
async function serveFailed() {
  const served = await serveConfig(createShop().config);
  const id = await served.api.start('order', { id: 'K-1', charge: 'declined' }, { name: 'K-1' });
  await served.api.executionIn(id, 'FAILED');
  return { ...served, id };
}

/** Presses Tab until the element of this role and name has the focus. */
async function tabTo(page: Page, role: 'button' | 'link' | 'tab', name: string): Promise<void> {
  const wanted = page.getByRole(role, { name, exact: true }).first();
  await wanted.waitFor();
  for (let presses = 0; presses < 60; presses += 1) {
    if (await wanted.evaluate((element) => element === document.activeElement)) return;
    await page.keyboard.press('Tab');
  }
  throw new Error(`Tab does not reach the ${role} ${name}`);
}

describe.skipIf(noChromium !== null)('the page', () => {
  it('a person without a mouse finds a failed execution, reads why, and redrives it', async () => {
    const { url, api, id } = await serveFailed();
    const page = await openPage(url);
    await page.getByRole('heading', { name: 'Overview' }).waitFor();

    await page.keyboard.press('g');
    await page.keyboard.press('e');
    await page.getByRole('heading', { name: 'Executions' }).waitFor();
    await page.getByRole('link', { name: 'K-1' }).waitFor();
    await page.keyboard.press('j');
    const row = page.locator('tr:focus');
    await row.waitFor();
    const shadow = await row.evaluate((element) => {
      const { outlineStyle, boxShadow } = getComputedStyle(element);
      return outlineStyle !== 'none' || boxShadow !== 'none';
    });
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { name: 'K-1' }).waitFor();
    await page.getByText('the card of K-1 has expired').first().waitFor();
    await tabTo(page, 'button', 'Redrive');
    await page.keyboard.press('Enter');

    await expect.poll(() => api.redrivesOf(id), polling).toBe(1);
    expect(shadow).toBe(true);
    await page.getByRole('status').filter({ hasText: 'redriven' }).waitFor();
    await page.keyboard.press('?');
    await page.getByRole('dialog', { name: 'Keys' }).waitFor();
    await page.keyboard.press('Escape');
    await page.getByRole('dialog').waitFor({ state: 'detached' });
    await expectGoodScreen(page);
  });

  it('a person with a phone finds a failed execution by touch, and redrives it', async () => {
    const { url, api, id } = await serveFailed();
    const page = await openPage(url, { size: 'narrow', isPhone: true });

    await page.getByRole('link', { name: 'Executions' }).tap();
    await page.getByRole('link', { name: 'K-1' }).tap();
    await page.getByText('CardDeclined').first().waitFor();
    await page.getByRole('button', { name: /^Charge/ }).tap();
    await page
      .getByRole('region', { name: 'Charge', exact: true })
      .getByText(/has expired/)
      .first()
      .waitFor();
    await page.getByRole('button', { name: 'Redrive', exact: true }).tap();

    await expect.poll(() => api.redrivesOf(id), polling).toBe(1);
    await expectGoodScreen(page);
  });

  it('times name their zone, over the end of summer time, too', async () => {
    const { url } = await serveFailed();
    const query = 'createdFrom=2026-10-25T00:30:00Z&createdBefore=2026-10-25T01:30:00Z';
    const page = await openPage(`${url}executions?${query}`);
    const filters = page.getByRole('group', { name: 'Filters' });

    await filters.getByText('2026-10-25 02:30:00 Berlin (UTC+2)').waitFor();
    await filters.getByText('2026-10-25 02:30:00 Berlin (UTC+1)').waitFor();
    await page.getByRole('button', { name: /^Time zone/ }).click();
    await page.getByRole('menuitemradio', { name: 'UTC' }).click();
    await filters.getByText('2026-10-25 00:30:00 UTC').waitFor();
    await filters.getByText('2026-10-25 01:30:00 UTC').waitFor();
    await page.reload();
    await filters.getByText('2026-10-25 00:30:00 UTC').waitFor();
    await page.getByRole('button', { name: /^Time zone/ }).click();
    await page.getByRole('menuitemradio', { name: /Berlin/ }).click();
    await filters
      .getByRole('button', { name: /created from/ })
      .first()
      .click();
    const field = page.getByRole('textbox', { name: 'created from, Berlin time' });
    await field.fill('2026-03-29 02:30');

    await page.getByText(/skips 2026-03-29 02:30: summer time begins/).waitFor();
    expect(await page.getByRole('button', { name: 'Apply' }).isDisabled()).toBe(true);
    await page.keyboard.press('Escape');
    await expectGoodScreen(page);
  });
});
