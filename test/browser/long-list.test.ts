/** A list of 20,000 executions. */
import { describe, expect, it, onTestFinished } from 'vitest';
import { createTestDatabase, hasPostgres } from '../support/test-database.ts';
import { polling } from './support/api-reader.ts';
import { noChromium, openPage } from './support/browser.ts';
import { expectGoodScreen } from './support/good-screen.ts';
import { serveConfig } from './support/served-app.ts';
import { createShop } from './support/shop.ts';

const count = 20_000;

/** Executions that ended one after the other within the last hour; a thousandth of them failed. */
const insert = `
  INSERT INTO millrace.executions (id, machine_id, machine_version, name, queue, status,
    retries_max, created_at, started_at, ended_at, error, input, output)
  SELECT ('0199' || lpad(to_hex(n), 8, '0') || '70008000000000000000')::uuid, 'order', 1,
    'N-' || lpad(n::text, 5, '0'), 'default',
    CASE WHEN n % 1000 = 0 THEN 'FAILED' ELSE 'SUCCEEDED' END, 0, at, at, at + 500,
    CASE WHEN n % 1000 = 0 THEN 'CardDeclined' END, '{}',
    CASE WHEN n % 1000 = 0 THEN NULL ELSE '{}' END
  FROM generate_series(0, ${count - 1}) AS n,
    LATERAL (SELECT (extract(epoch FROM now()) * 1000)::bigint - 3600000 + n AS at) AS times`;

describe.skipIf(noChromium !== null || !hasPostgres)('a list of 20,000 executions', () => {
  it('a long list is scrolled down and back without a row twice or missing, while rows arrive', async () => {
    const database = await createTestDatabase();
    onTestFinished(() => database.drop());
    const flags = { store: 'postgres', postgresUrl: database.url } as const;
    const { url, api } = await serveConfig(createShop().config, { flags });
    await database.query(insert);
    const page = await openPage(`${url}executions?prefix=N-&machine=order`);
    const rows = page.locator('tbody tr[data-key]');
    await rows.first().waitFor();
    const seen = new Map<string, number>();
    /** Reads the rows that are drawn, and scrolls on by most of a screen. */
    const readAndScroll = async (by: number) => {
      const drawn = await page.evaluate((distance) => {
        const all = [...document.querySelectorAll<HTMLElement>('tbody tr[data-key]')];
        const main = document.querySelector('main');
        main?.scrollBy(0, distance);
        return {
          rows: all.map((row) => [row.dataset.key ?? '', Number(row.dataset.index)] as const),
          elements: document.querySelectorAll('*').length,
        };
      }, by);
      for (const [key, index] of drawn.rows) {
        if (key.startsWith('empty')) continue;
        const before = seen.get(key);
        if (before !== undefined && before !== index) throw new Error(`${key} is there twice`);
        seen.set(key, index);
      }
      expect(drawn.elements).toBeLessThan(3_000);
      return seen.size;
    };

    const target = 2_000;
    await expect.poll(() => readAndScroll(1_500), polling).toBeGreaterThanOrEqual(target);
    await api.start('order', { id: 'N-late' }, { name: 'N-99999' });
    await page.evaluate(() => document.querySelector('main')?.scrollTo(0, 0));
    await rows.first().waitFor();
    const indices = [...seen.values()].sort((a, b) => a - b);

    expect(indices.slice(0, target)).toEqual(Array.from({ length: target }, (_, index) => index));
    await expectGoodScreen(page);
  });
});
