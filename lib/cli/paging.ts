/** Lists in pages: the options that name a page, and how one is shown. */
import type { Command } from 'commander';
import type { Page, PageRequest } from '../ports/page.ts';
import { type AppOptions, wholeNumber } from './app-options.ts';
import { type Io, printJson, printLines } from './io.ts';

/** What the options of a page say. */
export interface PageOptions extends AppOptions {
  readonly limit: number;
  readonly cursor?: string;
}

/** Adds the options that name a page. */
export function withPageOptions(command: Command): Command {
  return command
    .option('--limit <n>', 'at most this many, up to 1000', wholeNumber, 20)
    .option('--cursor <cursor>', 'go on where the last page ended');
}

/** The page that the options name. */
export function pageOf({ limit, cursor }: PageOptions): PageRequest {
  return { limit, ...(cursor !== undefined && { cursor }) };
}

/** Shows a page: as JSON with its entries under `key`, or as `table` and how to go on. */
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
