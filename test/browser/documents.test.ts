/** Documents that break pages: large ones, exact numbers, markup, and characters that hide. */
import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import type { Page } from 'playwright-core';
import { describe, expect, it, onTestFinished } from 'vitest';
import { createTestDatabase, hasPostgres } from '../support/test-database.ts';
import { polling } from './support/api-reader.ts';
import { noChromium, openPage } from './support/browser.ts';
import { expectGoodScreen } from './support/good-screen.ts';
import { serveConfig } from './support/served-app.ts';

/** More than 30 MB: the handler of `make` returns it. */
const large = { rows: 'x'.repeat(1_000), more: 'ä€'.repeat(6_100_000) };

const config = {
  machines: {
    echo: { definition: { StartAt: 'Keep', States: { Keep: { Type: 'Pass', End: true } } } },
    large: {
      definition: {
        StartAt: 'Make',
        States: { Make: { Type: 'Task', Resource: 'make', End: true } },
      },
    },
  },
  handlers: { make: () => large },
  payloadBytesMax: 40_000_000,
};

/** Numbers that no JavaScript number holds, markup, and text that pretends to be another. */
const hostile =
  '{"order":3544790567247868102,"price":0.10,"big":1E400,' +
  '"markup":"</script><img src=x onerror=alert(1)>","right":"abc\u202etxt.exe",' +
  '"lone":"\\ud800","tab":"a\\tb"}';

/** Returns the digest of what was copied, computed in the page: it may be large. */
async function digestOfCopied(page: Page): Promise<string> {
  return await page.evaluate(async () => {
    const bytes = new TextEncoder().encode(await navigator.clipboard.readText());
    const hash = new Uint8Array(await crypto.subtle.digest('SHA-256', bytes));
    return [...hash].map((byte) => byte.toString(16).padStart(2, '0')).join('');
  });
}

async function copied(page: Page): Promise<string> {
  return await page.evaluate(() => navigator.clipboard.readText());
}

function digest(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}

/** Saves the document that the screen shows, and returns its text. */
async function download(page: Page): Promise<string> {
  const saved = page.waitForEvent('download');
  await page.getByRole('link', { name: 'Download' }).first().click();
  return await readFile(await (await saved).path(), 'utf8');
}

describe.skipIf(noChromium !== null)('a document', () => {
  it.skipIf(!hasPostgres)(
    'exact numbers, markup and hiding characters are shown, copied and saved as stored',
    async () => {
      const database = await createTestDatabase();
      onTestFinished(() => database.drop());
      const flags = { store: 'postgres', postgresUrl: database.url } as const;
      const { url, api } = await serveConfig(config, { flags });
      const id = await api.start('echo', {});
      await api.executionIn(id, 'SUCCEEDED');
      await database.query('UPDATE millrace.executions SET input = $1', [hostile]);

      const page = await openPage(`${url}executions/${id}`);
      const shown = page.getByRole('region', { name: 'Input', exact: true }).first();
      await shown.getByText('3544790567247868102').waitFor();
      // A long line is broken where the panel ends.
      const text = (await shown.innerText()).replaceAll('\n', '');
      await page.getByRole('button', { name: 'Copy Input as stored' }).first().click();

      expect(text).toContain('1E400');
      expect(text).toContain('0.10');
      expect(text).toContain('</script><img src=x onerror=alert(1)>');
      expect(text).toContain('abc\\u202etxt.exe');
      expect(text).toContain('"\\ud800"');
      expect(text).not.toContain('\u202e');
      expect(await page.locator('img').count()).toBe(0);
      await expect.poll(() => copied(page), polling).toBe(hostile);
      expect(await download(page)).toBe(hostile);
      await expectGoodScreen(page);
    },
  );

  it('a document of 30 MB is shown from its beginning, and whole when a person asks', async () => {
    const { url, api } = await serveConfig(config);
    const id = await api.start('large', {});
    await api.executionIn(id, 'SUCCEEDED');
    const stored = JSON.stringify(large);

    const page = await openPage(`${url}executions/${id}?state=Make&tab=output`);
    await page.getByText('64 KiB of 29 MiB').first().waitFor();
    await page.getByRole('button', { name: 'Whole' }).first().click();
    await page.getByText('64 KiB of 29 MiB').first().waitFor({ state: 'hidden' });
    const elements = await page.evaluate(() => document.querySelectorAll('*').length);
    await page.getByRole('button', { name: 'Copy Output as stored' }).first().click();

    expect(elements).toBeLessThan(3_000);
    await expect.poll(() => digestOfCopied(page), polling).toBe(digest(stored));
    expect(digest(await download(page))).toBe(digest(stored));
  });
});
