/** Reads the graph of a screen as people do: as a canvas, and as an outline. */
import type { Locator, Page } from 'playwright-core';
import { expect } from 'vitest';
import { polling } from './api-reader.ts';

/** What a graph shows of a state. */
export interface ShownState {
  /** The name of the icon's drawing; null for a state without a status. */
  readonly icon: string | null;
  /** The meaning of the icon's colour. */
  readonly tone: string | null;
  /** What is read to people who cannot see it. */
  readonly sentence: string;
}

/** Returns the button of a state on the canvas. */
export function stateOf(page: Page, name: string): Locator {
  return page.getByRole('button', { name: new RegExp(`^${name}, `) });
}

/** Waits until the sentence of a state on the canvas matches. */
export async function expectState(page: Page, name: string, sentence: RegExp): Promise<void> {
  const label = () => stateOf(page, name).getAttribute('aria-label');
  await expect.poll(label, polling).toMatch(sentence);
}

/** Returns what the canvas, or the outline, shows of each state. */
export async function readStates(page: Page): Promise<Record<string, ShownState>> {
  const buttons = page.locator('button[data-state]');
  const shown = await buttons.evaluateAll((all) =>
    all.map((button) => {
      const icon = button.querySelector('svg.lucide');
      const names = [...(icon?.classList ?? [])].filter((name) => name.startsWith('lucide-'));
      const label = button.getAttribute('aria-label')?.split('; ')[1];
      return [
        button.getAttribute('data-state') ?? '',
        {
          icon: names.at(0) ?? null,
          tone: icon?.getAttribute('data-tone') ?? null,
          sentence: label ?? button.querySelector('.visually-hidden')?.textContent ?? '',
        },
      ] as const;
    }),
  );
  return Object.fromEntries(shown);
}

/**
 * Adds up where the graph of a batch shows its executions, whenever the page changes: those that
 * have not begun, those in the states at the top, and those that have ended. Returns what reads all
 * sums so far.
 */
export async function watchSums(
  page: Page,
  topStates: readonly string[],
): Promise<() => Promise<readonly number[]>> {
  await page.evaluate((states) => {
    const sums = new Set<number>();
    const numberIn = (text: string | null | undefined, pattern: RegExp) =>
      Number((pattern.exec(text ?? '')?.[1] ?? 'NaN').replaceAll(',', ''));
    const add = () => {
      const text = document.querySelector('main')?.textContent;
      const counts = states.map((name) => {
        const label = document.querySelector(`[data-state=${name}]`)?.getAttribute('aria-label');
        return /not entered/.test(label ?? '') ? 0 : numberIn(label, /([\d,]+) here now/);
      });
      const marks = [
        numberIn(text, /not begun or reopened: ([\d,]+)/),
        numberIn(text, /ended: ([\d,]+)/),
      ];
      sums.add([...counts, ...marks].reduce((sum, count) => sum + count, 0));
    };
    add();
    const what = { subtree: true, childList: true, characterData: true, attributes: true };
    new MutationObserver(add).observe(document.body, what);
    Reflect.set(globalThis, 'sums', sums);
  }, topStates);
  return () => page.evaluate(() => [...Reflect.get(globalThis, 'sums')]);
}
