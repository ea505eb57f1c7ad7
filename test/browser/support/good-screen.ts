/** What every screen has to be: readable by all in both themes, and whole in every window. */
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import type { AxeResults } from 'axe-core';
import type { Page } from 'playwright-core';
import { expect } from 'vitest';
import { sizes } from './browser.ts';

const axeSource = readFileSync(
  createRequire(import.meta.url).resolve('axe-core/axe.min.js'),
  'utf8',
);

/** The rules of WCAG 2.2 up to level AA. Only those of colours depend on the theme. */
const rulesByTheme = {
  light: { type: 'tag', values: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'] },
  dark: { type: 'rule', values: ['color-contrast', 'link-in-text-block'] },
} as const;

/** Returns the innermost elements that reach beyond the window. */
function findWidest(): string {
  const wide = [...document.querySelectorAll('body *')].filter(
    (each) => each.getBoundingClientRect().right > document.documentElement.clientWidth,
  );
  const inner = wide.filter(
    (each) => !wide.some((other) => each !== other && each.contains(other)),
  );
  return inner
    .map((each) =>
      (each.closest('section, header, nav, dialog, footer, table') ?? each).outerHTML.slice(0, 300),
    )
    .join(' and ');
}

/** Sizes with a layout of their own; the one in between is only looked at for what is too wide. */
const layouts: ReadonlySet<string> = new Set(['wide', 'narrow']);

/** Expects the screen to have no axe finding in two themes, and no sideways scroll in any size. */
export async function expectGoodScreen(page: Page): Promise<void> {
  const before = page.viewportSize() ?? sizes.wide;
  const found: string[] = [];
  for (const [size, viewport] of Object.entries(sizes)) {
    await page.setViewportSize(viewport);
    await page.evaluate(() => new Promise((done) => requestAnimationFrame(() => done(null))));
    const overflow = await page.evaluate(
      () => document.documentElement.scrollWidth - document.documentElement.clientWidth,
    );
    if (overflow > 0) {
      const widest = await page.evaluate(findWidest);
      found.push(`${size}: ${overflow} px wider than the window, by ${widest}`);
    }
    if (!layouts.has(size)) continue;
    for (const [theme, rules] of Object.entries(rulesByTheme)) {
      const colorScheme = theme as 'light' | 'dark';
      await page.emulateMedia({ colorScheme });
      await page.evaluate(finishTransitions);
      const barriers = await findBarriers(page, rules);
      found.push(...barriers.map((barrier) => `${size}, ${theme}: ${barrier}`));
    }
  }
  await page.emulateMedia({ colorScheme: null });
  await page.setViewportSize(before);
  expect(found, `faults of the screen ${page.url()}`).toEqual([]);
}

/** Waits until the theme is drawn, and no colour is on its way to another. */
async function finishTransitions(): Promise<void> {
  const nextFrame = () => new Promise((done) => requestAnimationFrame(done));
  await nextFrame();
  const running = document.getAnimations().filter((each) => each instanceof CSSTransition);
  await Promise.allSettled(running.map(({ finished }) => finished));
  await nextFrame();
}

/** A finding has to last: a theme or a size may have been switched, and not be drawn yet. */
async function findBarriers(page: Page, runOnly: object): Promise<string[]> {
  const found = await runAxe(page, runOnly);
  if (found.length === 0) return found;
  await page.evaluate(finishTransitions);
  return await runAxe(page, runOnly);
}

async function runAxe(page: Page, runOnly: object): Promise<string[]> {
  const isThere = await page.evaluate(() => 'axe' in globalThis);
  if (!isThere) await page.evaluate(axeSource);
  const results: AxeResults = await page.evaluate(
    (only) =>
      Reflect.get(globalThis, 'axe').run({
        runOnly: only,
        resultTypes: ['violations'],
        // The style sheets need not be read again: no rule of these asks for them.
        preload: false,
      }),
    runOnly,
  );
  return results.violations.flatMap(({ id, nodes }) =>
    nodes.map(({ target, failureSummary }) => `${id} at ${target.join(' ')}: ${failureSummary}`),
  );
}
