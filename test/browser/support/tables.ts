/** Reads the tables of a screen as a person does. */
import type { Page } from 'playwright-core';
import { expect } from 'vitest';
import { polling } from './api-reader.ts';

/** Returns the texts of a table's rows, cell by cell. */
export async function readTable(page: Page, name: string): Promise<string[][]> {
  const rows = page.getByRole('table', { name }).locator('tbody tr:not([aria-hidden])');
  return await rows.evaluateAll((all) =>
    all.map((row) => [...row.querySelectorAll('td')].map((cell) => cell.innerText.trim())),
  );
}

/** Returns the number in a text such as `1,204 ended`; NaN without one. */
export function numberIn(text: string | undefined): number {
  return Number(/[\d,]+/.exec(text ?? '')?.[0]?.replaceAll(',', '') ?? Number.NaN);
}

/** Waits until the list of executions shows these names, in this order. */
export async function expectNames(page: Page, names: readonly string[]): Promise<void> {
  const links = page
    .getByRole('table', { name: 'Executions' })
    .locator('tbody [data-card=title] a');
  await expect.poll(() => links.allInnerTexts(), polling).toEqual(names);
}
