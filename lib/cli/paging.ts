/** Lists in pages: the options that select a page, and how a page is printed. */
import type { Command } from 'commander';
import type { LookedAt, Page, PageRequest } from '../ports/store/page.ts';
import { type Io, printJson, printLines } from './io.ts';
import { type AppOptions, wholeNumber } from './options/app-options.ts';
import { type TableLook, tableLook } from './terminal/table-look.ts';
import { momentText } from './text-table.ts';

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

/**
 * Prints a page: as JSON with its entries under `key`, or as a table with the next cursor, and how
 * far back the list has looked when it stopped before the page was full.
 * @param more further members of the JSON document
 */
export function printPage<Entry>(
  io: Io,
  options: PageOptions,
  key: string,
  page: Page<Entry> & { readonly lookedAt?: LookedAt },
  table: (entries: readonly Entry[], look: TableLook) => string[],
  more: object = {},
): void {
  if (options.json) {
    const { entries, next, lookedAt } = page;
    printJson(io, { [key]: entries, next, ...(lookedAt !== undefined && { lookedAt }), ...more });
    return;
  }
  printLines(io, table(page.entries, tableLook(io)));
  if (page.next === null) return;
  const isFull = page.entries.length >= options.limit;
  const how = page.lookedAt === undefined || isFull ? [] : [describeLook(page.lookedAt)];
  printLines(io, ['', ...how, `more: --cursor ${page.next}`]);
}

function describeLook({ rows, backTo }: LookedAt): string {
  const back = backTo === null ? '' : `, back to ${momentText(backTo)}`;
  return `looked at ${rows.toLocaleString('en-US')}${back}; there may be more before`;
}
