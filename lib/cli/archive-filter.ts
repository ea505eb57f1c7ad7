/** The options by which entries of the archive are named, the same for all commands on it. */
import type { Command } from 'commander';
import type { ArchiveFilter } from '../ports/archive-store.ts';
import { type AppOptions, withAppOptions } from './app-options.ts';
import { momentOption } from './time-option.ts';

/** What those options say. */
export interface FilterOptions extends AppOptions {
  readonly batch?: string;
  readonly machine?: string;
  readonly queue?: string;
  readonly error?: string;
  readonly from?: number;
  readonly before?: number;
}

/** Adds them, and those that every command on an app shares. */
export function withFilterOptions(command: Command): Command {
  return withAppOptions(command)
    .option('--batch <id>', 'of this batch only')
    .option('--machine <id>', 'of this machine only')
    .option('--queue <name>', 'of this queue only')
    .option('--error <name>', 'failed with this error only')
    .option('--from <time>', 'archived then or later: 2026-11-24, or …T08:30:00Z', momentOption)
    .option('--before <time>', 'archived earlier than that', momentOption);
}

/** What is said of a task that was named and is not in the archive. */
export function missingText(task: string): string {
  return `millrace: the archive has no task '${task}'; 'archive list' shows all\n`;
}

/** The entries that the options name, `ids` among them when there are any. */
export function filterOf(ids: readonly string[], options: FilterOptions): ArchiveFilter {
  const { batch, machine, queue, error, from, before } = options;
  return {
    ...(ids.length > 0 && { taskIds: ids }),
    ...(batch !== undefined && { batchId: batch }),
    ...(machine !== undefined && { machineId: machine }),
    ...(queue !== undefined && { queue }),
    ...(error !== undefined && { error }),
    ...(from !== undefined && { archivedFrom: from }),
    ...(before !== undefined && { archivedBefore: before }),
  };
}
