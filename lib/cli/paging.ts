/** Lists in pages: the options that select a page, and how a page is printed. */
import type { Command } from 'commander';
import type { Page, PageRequest } from '../ports/store/page.ts';
import { type AppOptions, wholeNumber } from './app-options.ts';
import { type Io, printJson, printLines } from './io.ts';

/** The options that select a page. */
export interface PageOptions extends AppOptions {
  readonly limit: number;
  readonly cursor?: string;
}

/** Adds the options that select a page. */
export function withPageOptions(command: Command): Command {
  return command
    .option('--limit <n>', 'maximum number of entries, up to 1000', wholeNumber, 20)
    .option('--cursor <cursor>', 'cursor of the next page, as the page before printed it');
}

/** Returns the page that the options select. */
export function toPageRequest({ limit, cursor }: PageOptions): PageRequest {
  return { limit, ...(cursor !== undefined && { cursor }) };
}

/** Prints a page: as JSON with its entries under `key`, or as a table with the next cursor. */
export function printPage<Entry>(
  io: Io,
  options: PageOptions,
  key: string,
  page: Page<Entry>,
  table: (entries: readonly Entry[]) => string[],
): void {
  if (options.json) {
    printJson(io, { [key]: page.entries, next: page.next });
    return;
  }
  printLines(io, table(page.entries));
  if (page.next !== null) printLines(io, ['', `more: --cursor ${page.next}`]);
}
