/** Distributed Maps, whose children are executions of their own. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { polling } from './support/api-reader.ts';
import { noChromium, openPage } from './support/browser.ts';
import { expectGoodScreen } from './support/good-screen.ts';
import { serveConfig } from './support/served-app.ts';

const definition = {
  StartAt: 'Lines',
  States: {
    Lines: {
      Type: 'Map',
      ItemProcessor: {
        ProcessorConfig: { Mode: 'DISTRIBUTED', ExecutionType: 'STANDARD' },
        StartAt: 'Price',
        States: { Price: { Type: 'Task', Resource: 'price', End: true } },
      },
      End: true,
    },
  },
};

describe.skipIf(noChromium !== null)('a Map', () => {
  it('a distributed Map leads to its run, to a child, and back', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'millrace-browser-'));
    onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
    const config = {
      machines: { cart: { definition } },
      handlers: { price: (index: number) => index * 2 },
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
    expect(await table.locator('tbody tr[data-key]').count()).toBe(5);
    await table.getByRole('row').nth(1).getByRole('link').first().click();
    await page.getByRole('link', { name: 'parent execution' }).click();

    await expect.poll(() => page.url(), polling).toBe(`${url}executions/${id}`);
    await page.getByText('Succeeded', { exact: true }).first().waitFor();
    await expectGoodScreen(page);
  });
});
