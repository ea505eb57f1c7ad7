/** An execution that is followed while it runs. */
import type { Page } from 'playwright-core';
import { describe, expect, it } from 'vitest';
import { polling } from './support/api-reader.ts';
import { noChromium, openPage } from './support/browser.ts';
import { expectGoodScreen } from './support/good-screen.ts';
import { serveConfig } from './support/served-app.ts';
import { createShop } from './support/shop.ts';

/** Returns the button of a state on the canvas. */
function stateOf(page: Page, name: string) {
  return page.getByRole('button', { name: new RegExp(`^${name}, `) });
}

/** Waits until the sentence of a state on the canvas matches. */
async function expectState(page: Page, name: string, sentence: RegExp): Promise<void> {
  const label = () => stateOf(page, name).getAttribute('aria-label');
  await expect.poll(label, polling).toMatch(sentence);
}

describe.skipIf(noChromium !== null)('an execution', () => {
  it('a person watches an execution run, be retried, wait, branch and be caught', async () => {
    const { config, doors } = createShop();
    const { url, api } = await serveConfig(config);
    const input = { id: 'A-77', cents: 20_000, seconds: 3, charge: 'held', mail: 'held' };
    const id = await api.start('order', input, { name: 'A-77' });
    await expect.poll(() => doors.charge.waiting, polling).toBe(1);
    const page = await openPage(`${url}executions/${id}`);

    await expectState(page, 'Load', /succeeded/);
    await expectState(page, 'Charge', /running/);
    await expectState(page, 'Rest', /not entered/);
    doors.charge.open();
    await expectState(page, 'Charge', /succeeded/);
    await expectState(page, 'Amount', /succeeded/);
    await expectState(page, 'Rest', /waiting in [1-3] s/);
    await expectState(page, 'Pack', /succeeded/);
    await expectState(page, 'Mail', /running/);
    await page.getByRole('heading', { name: 'A-77' }).waitFor();
    doors.mail.open();
    await expectState(page, 'Fulfil', /succeeded/);
    await page.getByText('Succeeded', { exact: true }).first().waitFor();

    expect(await stateOf(page, 'Apologize').getAttribute('aria-label')).toMatch(/not entered/);
    expect((await api.get(`executions/${id}`)).status).toBe('SUCCEEDED');
    await expectGoodScreen(page);
  });
});
