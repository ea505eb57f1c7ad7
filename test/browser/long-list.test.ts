/**
 * A long list of executions: three times as many as the page holds at once. LONG_LIST is another
 * number of them, such as 100000.
 */
import type { Page } from 'playwright-core';
import { describe, expect, it, onTestFinished } from 'vitest';
import { createTestDatabase, hasPostgres } from '../support/test-database.ts';
import { polling } from './support/api-reader.ts';
import { noChromium, openPage } from './support/browser.ts';
import { expectGoodScreen } from './support/good-screen.ts';
import { insertExecutions } from './support/many-executions.ts';
import { serveConfig } from './support/served-app.ts';
import { createShop } from './support/shop.ts';
import { workClock } from './support/work-clock.ts';

const count = Number(process.env.LONG_LIST ?? 30_000);

/** How many rows are read at once, and how far that is. */
const pageRows = 200;
const stepPx = pageRows * 36;

/** What was seen on the way. */
interface Seen {
  /** Rows that have another name than their place demands. */
  readonly wrong: readonly string[];
  /** The place of the last row that was drawn. */
  readonly last: number;
  /** The most elements that the page had. */
  readonly elements: number;
}

/**
 * Scrolls by a distance, frame after frame, until a place is drawn. The row at a place has to have
 * the name of that place: a row that is twice, or missing, moves all that follow.
 */
function scroll(page: Page, by: number, until: number): Promise<Seen> {
  return page.evaluate(
    async ({ by: distance, until: wanted, count: all }) => {
      const main = document.querySelector('main');
      const nextFrame = () => new Promise((done) => requestAnimationFrame(done));
      const seen = { wrong: [] as string[], last: 0, elements: 0 };
      const isReached = (places: readonly number[]) =>
        distance > 0 ? places.some((at) => at >= wanted) : places.some((at) => at <= wanted);
      let places: number[] = [];
      for (let isDrawn = true; !isReached(places); isDrawn = places.length > 0) {
        // Rows that were dropped are read again first.
        if (isDrawn) main?.scrollBy(0, distance);
        await nextFrame();
        await nextFrame();
        places = [];
        for (const row of document.querySelectorAll<HTMLElement>('tbody tr[data-key]')) {
          if (row.dataset.key?.startsWith('empty')) continue;
          const place = Number(row.dataset.index);
          const name = row.querySelector('[data-card=title]')?.textContent ?? '';
          places.push(place);
          if (name !== `N-${String(all - 1 - place).padStart(6, '0')}`) {
            seen.wrong.push(`${place}: ${name}`);
          }
        }
        seen.last = places.at(-1) ?? seen.last;
        seen.elements = Math.max(seen.elements, document.querySelectorAll('*').length);
      }
      return seen;
    },
    { by, until, count },
  );
}

describe.skipIf(noChromium !== null || !hasPostgres)('a list of many executions', () => {
  it('a long list is scrolled to its end and back, each row once, while rows arrive', async () => {
    const database = await createTestDatabase();
    onTestFinished(() => database.drop());
    const flags = { store: 'postgres', postgresUrl: database.url } as const;
    const { url, api } = await serveConfig(createShop().config, { flags });
    await insertExecutions(database, count);
    const page = await openPage(`${url}executions`);
    await page.getByRole('link', { name: `N-${String(count - 1).padStart(6, '0')}` }).waitFor();
    const worked = await workClock(page);

    const first = await scroll(page, stepPx, count / 2);
    await api.start('order', { id: 'late' }, { name: 'N-late' });
    const longest = { ms: 0 };
    for (let frame = 0; frame < 60; frame += 1) {
      const before = await worked();
      await scroll(page, 60, 0);
      longest.ms = Math.max(longest.ms, (await worked()) - before);
    }
    const second = await scroll(page, stepPx, count - 1);
    await page.getByText(`${count.toLocaleString('en')} executions · that is all`).waitFor();
    const back = await scroll(page, -5 * stepPx, 10 * pageRows);
    expect([...first.wrong, ...second.wrong, ...back.wrong]).toEqual([]);
    await page.evaluate(() => document.querySelector('main')?.scrollTo(0, 0));
    const newest = page.locator('tbody tr[data-key]').first();
    await expect.poll(() => newest.innerText(), polling).toContain('N-late');

    expect(Math.max(first.elements, second.elements, back.elements)).toBeLessThan(3_000);
    expect(longest.ms).toBeLessThan(50);
    await expectGoodScreen(page);
  });
});
