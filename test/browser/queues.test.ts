/** Queues: paused and resumed by people, and purged in two ways. */
import type { Page } from 'playwright-core';
import { describe, expect, it } from 'vitest';
import { polling } from './support/api-reader.ts';
import { noChromium, openPage } from './support/browser.ts';
import { expectGoodScreen } from './support/good-screen.ts';
import { serveConfig } from './support/served-app.ts';
import { createShop } from './support/shop.ts';

/** Returns a fact of the queue's screen, such as Ready. */
async function factOf(page: Page, word: string): Promise<string> {
  const facts = page.getByRole('region', { name: 'Messages' }).locator('dl > div');
  return await facts.filter({ hasText: word }).first().locator('dd').innerText();
}

async function pause(page: Page, reason: string): Promise<void> {
  await page.getByRole('button', { name: 'Pause…' }).click();
  await page.getByRole('textbox', { name: 'Reason' }).fill(reason);
  await page.getByRole('dialog').getByRole('button', { name: 'Pause', exact: true }).click();
  await page.getByRole('button', { name: 'Resume' }).waitFor();
}

describe.skipIf(noChromium !== null)('the page of a queue', () => {
  it('a queue is paused with a reason, grows, and goes on when it is resumed', async () => {
    const { url, api } = await serveConfig(createShop().config);
    const page = await openPage(`${url}queues/low`);
    await pause(page, 'the card service is down');

    await page.getByText('the card service is down').first().waitFor();
    const ids: string[] = [];
    for (let index = 0; index < 5; index += 1) {
      ids.push(await api.start('order', { id: `Q-${index}` }, { priority: 'low' }));
    }
    await expect.poll(() => factOf(page, 'Ready'), polling).toBe('5');
    expect((await api.get('queues/low')).messages).toMatchObject({ ready: 5, paused: true });
    await page.getByRole('button', { name: 'Resume' }).click();
    await expect.poll(() => factOf(page, 'Ready'), polling).toBe('0');
    for (const id of ids) await api.executionIn(id, 'SUCCEEDED');

    const log = page.getByRole('region', { name: 'Who changed it' });
    await expect.poll(() => log.getByRole('listitem').count(), polling).toBe(2);
    await expectGoodScreen(page);
  });

  it('a purge either cancels the tasks of a queue or lets them come again', async () => {
    const { url, api } = await serveConfig(createShop().config);
    await api.post('queues/low/pause');
    const id = await api.start('order', { id: 'Q-1' }, { priority: 'low' });
    const page = await openPage(`${url}queues/low`);
    await expect.poll(() => factOf(page, 'Ready'), polling).toBe('1');
    const purge = async (what: RegExp) => {
      await page.getByRole('button', { name: 'Purge…' }).click();
      const dialog = page.getByRole('dialog');
      await dialog.getByRole('radio', { name: what }).check();
      await dialog.getByRole('textbox', { name: /Type low to confirm/ }).fill('low');
      await dialog.getByRole('button', { name: 'Purge', exact: true }).click();
      await dialog.waitFor({ state: 'hidden' });
    };

    await purge(/come again/);
    await expect.poll(() => factOf(page, 'Ready'), polling).toBe('0');
    expect((await api.get(`executions/${id}`)).status).toBe('PENDING');
    await purge(/are cancelled/);
    // A worker ends them, which takes nothing from a queue that is paused.
    await page.getByRole('button', { name: 'Resume' }).click();

    expect((await api.executionIn(id, 'ABORTED')).status).toBe('ABORTED');
    const { orders } = await api.get('orders?object=queue:low&action=purgeQueue');
    expect(orders).toHaveLength(2);
    await expectGoodScreen(page);
  });

  it('where the workers are functions, a pause is refused with the command to run', async () => {
    const flags = { store: 'memory', leaderSchedule: 'app/sweep' } as const;
    const { url, api } = await serveConfig(createShop().config, { flags });
    const page = await openPage(`${url}queues/low`);

    const refused = page.getByRole('button', { name: 'Pause…' });
    await page.getByText('aws lambda update-event-source-mapping').waitFor();
    expect(await refused.isDisabled()).toBe(true);
    expect(await refused.getAttribute('title')).toContain('The workers are functions');
    await page.getByRole('button', { name: 'Copy the command' }).click();
    const copied = () => page.evaluate(() => navigator.clipboard.readText());
    await expect.poll(copied, polling).toMatch(/^aws lambda .* --no-enabled$/);
    await expect(api.post('queues/low/pause')).rejects.toThrow(/409.*update-event-source-mapping/s);
    await expectGoodScreen(page);
  });
});
