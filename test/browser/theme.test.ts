/** The theme of the page, which may change while it is open. */
import type { Page } from 'playwright-core';
import { describe, expect, it } from 'vitest';
import { polling } from './support/api-reader.ts';
import { noChromium, openPage } from './support/browser.ts';
import { expectState } from './support/graph.ts';
import { serveConfig } from './support/served-app.ts';
import { createShop, ordersOf } from './support/shop.ts';

/** Returns the pixels of every chart. */
function chartsOf(page: Page): Promise<string[]> {
  return page
    .locator('canvas')
    .evaluateAll((all) => all.map((canvas) => (canvas as HTMLCanvasElement).toDataURL()));
}

/** Waits until the grid of every chart has the colour of the theme: they are drawn a bit later. */
async function expectThemedCharts(page: Page): Promise<void> {
  const areThemed = () => page.locator('figure').evaluateAll(findThemed);
  await expect.poll(areThemed, polling).toEqual([true, true]);
}

/** Returns of each figure whether it has a pixel of the colour of grids. */
function findThemed(figures: readonly Element[]): boolean[] {
  const probe = document.createElement('span');
  probe.style.color = 'var(--line-soft)';
  document.body.append(probe);
  const { color } = getComputedStyle(probe);
  probe.remove();
  const pixelsOf = (context: CanvasRenderingContext2D | null | undefined) => {
    const { width = 0, height = 0 } = context?.canvas ?? {};
    if (!context || width * height === 0) return [];
    return [...new Uint32Array(context.getImageData(0, 0, width, height).data.buffer)];
  };
  const sample = document.createElement('canvas').getContext('2d');
  if (sample !== null) sample.fillStyle = color;
  sample?.fillRect(0, 0, sample.canvas.width, sample.canvas.height);
  const [wanted = 0] = pixelsOf(sample);
  return figures.map((figure) =>
    pixelsOf(figure.querySelector('canvas')?.getContext('2d')).includes(wanted),
  );
}

/** Returns the colours of every element. */
function coloursOf(page: Page): Promise<string[]> {
  return page.evaluate(() =>
    [...document.querySelectorAll('body *')].map((element) => {
      const { color, backgroundColor, borderTopColor, fill, stroke } = getComputedStyle(element);
      return [element.tagName, color, backgroundColor, borderTopColor, fill, stroke].join();
    }),
  );
}

/** Waits until the page has this theme, and nothing is on its way to another colour. */
async function settle(page: Page, theme: 'light' | 'dark'): Promise<void> {
  await expect.poll(() => page.locator('html').getAttribute('data-theme'), polling).toBe(theme);
  await page.evaluate(async () => {
    const nextFrame = () => new Promise((done) => requestAnimationFrame(done));
    await nextFrame();
    await Promise.allSettled(
      document
        .getAnimations()
        .filter((each) => each instanceof CSSTransition)
        .map(({ finished }) => finished),
    );
    await nextFrame();
  });
}

describe.skipIf(noChromium !== null)('the theme', () => {
  it("an open page follows the system's theme, unless a person has chosen one", async () => {
    const { config } = createShop({
      batches: {
        orders: {
          machine: 'order',
          source: ordersOf([{ id: 'A-1' }, { id: 'A-2', charge: 'declined' }]),
          options: { failurePolicy: null, retriesMax: 0 },
        },
      },
    });
    const { url, api } = await serveConfig(config);
    const { id } = await api.post('batches', { name: 'orders' });
    await api.batchWhen(id, ({ status }) => status !== 'RUNNING');
    const page = await openPage(url);
    const show = async (theme: 'light' | 'dark') => {
      await page.emulateMedia({ colorScheme: theme, reducedMotion: 'reduce' });
      await settle(page, theme);
    };
    const open = async () => {
      await page.goto(`${url}batches/${id}`);
      await expectState(page, 'Charge', /1 failed/);
      await page.locator('canvas').first().waitFor();
      await page.getByRole('table', { name: 'Failures by error and state' }).waitFor();
      await expect.poll(() => page.locator('[aria-busy=true]').count(), polling).toBe(0);
      await page.getByRole('banner').getByText('live', { exact: true }).waitFor();
    };

    await show('dark');
    await open();
    await expectThemedCharts(page);
    const dark = await coloursOf(page);
    const darkCharts = await chartsOf(page);
    await show('light');
    await expectThemedCharts(page);
    const switched = await coloursOf(page);
    expect(await chartsOf(page)).not.toEqual(darkCharts);
    await show('dark');
    await expect.poll(() => coloursOf(page), polling).toEqual(dark);
    await show('light');
    await open();
    await settle(page, 'light');
    await expect.poll(() => coloursOf(page), polling).toEqual(switched);

    await page.goto(`${url}settings`);
    await page.getByRole('radio', { name: 'Dark' }).check();
    await settle(page, 'dark');
    await page.emulateMedia({ colorScheme: 'light' });
    await page.reload();
    await page.getByRole('radio', { name: 'Dark' }).waitFor();
    expect(await page.getByRole('radio', { name: 'Dark' }).isChecked()).toBe(true);
    await settle(page, 'dark');
  });
});
