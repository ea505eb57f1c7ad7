/** Maps: many iterations in one box, and those whose children are executions of their own. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { polling } from './support/api-reader.ts';
import { noChromium, openPage } from './support/browser.ts';
import { expectGoodScreen } from './support/good-screen.ts';
import { serveConfig } from './support/served-app.ts';

const processorOf = (mode: 'INLINE' | 'DISTRIBUTED') => ({
  ProcessorConfig: { Mode: mode, ...(mode === 'DISTRIBUTED' && { ExecutionType: 'STANDARD' }) },
  StartAt: 'Price',
  States: { Price: { Type: 'Task', Resource: 'price', End: true } },
});

/** Creates an app whose Map fails for the item 7,777. */
function createConfig(mode: 'INLINE' | 'DISTRIBUTED') {
  return {
    machines: {
      cart: {
        definition: {
          StartAt: 'Lines',
          States: {
            Lines: {
              Type: 'Map',
              ItemProcessor: processorOf(mode),
              ...(mode === 'INLINE' && { MaxConcurrency: 500 }),
              End: true,
            },
          },
        },
      },
    },
    handlers: {
      price: (index: number) => {
        if (index === 7_777) throw Object.assign(new Error('no price'), { name: 'PriceUnknown' });
        return index * 2;
      },
    },
    payloadBytesMax: 10_000_000,
  };
}

describe.skipIf(noChromium !== null)('a Map', () => {
  it('one failed iteration of 10,000 is found, and any other can be looked at', async () => {
    const { url, api } = await serveConfig(createConfig('INLINE'));
    const items = Array.from({ length: 10_000 }, (_, index) => index);
    const id = await api.start('cart', items);
    const hasFailed = async () => (await api.get(`executions/${id}`)).status === 'FAILED';
    await expect.poll(hasFailed, { ...polling, timeout: 150_000 }).toBe(true);
    const { visits } = await api.get(`executions/${id}/states`);
    const [map] = visits;
    const { length } = await api.get(`executions/${id}/iterations/${map.eventId}`);
    const page = await openPage(`${url}executions/${id}?state=Lines`);
    const panel = page.getByRole('region', { name: 'Lines', exact: true });

    await panel.getByText('1 failed').waitFor();
    expect(length).toBe(10_000);
    await panel.getByRole('button', { name: 'Next failed' }).click();
    await panel.getByText('Iteration failed.').waitFor();
    expect(new URL(page.url()).searchParams.get('place')).toBe(`${map.eventId}.7777`);
    await panel.getByRole('textbox', { name: 'iteration' }).fill('17');
    await panel.getByRole('button', { name: 'Look at it' }).click();
    await panel.getByText('Iteration succeeded.').waitFor();
    await page.getByRole('button', { name: /^Price, .*succeeded/ }).click();
    await page.getByRole('region', { name: 'Input', exact: true }).getByText('17').waitFor();

    const elements = await page.evaluate(() => document.querySelectorAll('*').length);
    expect(elements).toBeLessThan(3_000);
    await expectGoodScreen(page);
  });

  it('a distributed Map leads to its run, to a child, and back', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'millrace-browser-'));
    onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
    const config = {
      ...createConfig('DISTRIBUTED'),
      objects: { driver: 'files', folder } as const,
    };
    const { url, api } = await serveConfig(config);
    const id = await api.start('cart', [1, 2, 3, 4, 5]);
    await api.executionIn(id, 'SUCCEEDED');
    const page = await openPage(`${url}executions/${id}?state=Lines`);

    await page.getByRole('link', { name: 'The run of this Map: its children as a batch' }).click();
    await page.getByRole('heading', { level: 1 }).waitFor();
    await expect.poll(() => page.url(), polling).toContain('/batches/');
    await page.getByText('5 ended of 5').waitFor();
    await page.getByRole('link', { name: 'its executions' }).click();
    const table = page.getByRole('table', { name: 'Executions' });
    await table.waitFor();
    await expect.poll(() => table.locator('tbody tr[data-key]').count(), polling).toBe(5);
    await table.getByRole('row').nth(1).getByRole('link').first().click();
    await page.getByRole('link', { name: 'parent execution' }).click();

    await expect.poll(() => page.url(), polling).toBe(`${url}executions/${id}`);
    await page.getByText('Succeeded', { exact: true }).first().waitFor();
    await expectGoodScreen(page);
  });
});
