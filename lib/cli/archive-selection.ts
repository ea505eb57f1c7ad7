/** The options that select entries of the archive, and the options of commands on many entries. */
import type { Command } from 'commander';
import type { Millrace } from '../app/millrace.ts';
import type { ArchivePreview, ArchiveSelection, PaceOptions } from '../operations/archive.ts';
import type { ArchiveFilter } from '../ports/store/archive-store.ts';
import { exitStatus } from './failure.ts';
import { type Fail, type Io, printJson, printLines } from './io.ts';
import { type AppOptions, wholeNumber, withAppOptions } from './options/app-options.ts';
import { type LabelOptions, withLabels } from './options/label-option.ts';
import { momentOption } from './options/time-option.ts';
import { ProgressBar } from './progress-bar.ts';

/** The options that filter entries. */
export interface FilterOptions extends AppOptions, LabelOptions {
  readonly batch?: string;
  readonly machine?: string;
  readonly queue?: string;
  readonly error?: string;
  readonly from?: number;
  readonly before?: number;
}

/** Adds the options that filter entries, and the shared ones. */
export function withFilterOptions(command: Command): Command {
  return withLabels(withAppOptions(command), 'only of executions with this label')
    .option('--batch <id>', 'only of this batch')
    .option('--machine <id>', 'only of this machine')
    .option('--queue <name>', 'only of this queue')
    .option('--error <name>', 'only those that failed with this error')
    .option(
      '--from <time>',
      'archived at or after this time: 2026-11-24, or …T08:30:00Z',
      momentOption,
    )
    .option('--before <time>', 'archived before this time', momentOption);
}

/** Returns the filter that the options describe. */
export function toArchiveFilter(options: FilterOptions): ArchiveFilter {
  const { batch, machine, queue, error, from, before, label } = options;
  return {
    ...(batch !== undefined && { batchId: batch }),
    ...(machine !== undefined && { machineId: machine }),
    ...(queue !== undefined && { queue }),
    ...(error !== undefined && { error }),
    ...(from !== undefined && { archivedFrom: from }),
    ...(before !== undefined && { archivedBefore: before }),
    ...(label !== undefined && { labels: label }),
  };
}

/** The options of a command on many entries. */
export interface SelectionOptions extends FilterOptions {
  readonly all?: boolean;
  readonly dryRun?: boolean;
  readonly limit?: number;
  readonly rate?: number;
}

/** Adds the argument and the options of a command on many entries. */
export function withSelectionOptions(command: Command): Command {
  return withFilterOptions(command)
    .argument('[tasks...]', 'tasks by id; or select entries with the options below')
    .option('--all', 'select the whole archive')
    .option('--limit <n>', 'maximum number of entries, oldest first', wholeNumber)
    .option('--rate <n>', 'maximum number of entries per second', wholeNumber)
    .option('--dry-run', 'only print how many entries it would take, and the first of them');
}

/** Returns the entries that the argument and the options select. */
export function toSelection(ids: readonly string[], options: SelectionOptions): ArchiveSelection {
  return {
    ...toArchiveFilter(options),
    ...(ids.length > 0 && { taskIds: ids }),
    ...(options.all && { all: true }),
  };
}

/** Returns how many entries a command may take, and how fast; an interruption ends it. */
export function toPace({ interrupted }: Io, { limit, rate }: SelectionOptions): PaceOptions {
  return {
    signal: interrupted,
    ...(limit !== undefined && { limit }),
    ...(rate !== undefined && { perSecond: rate }),
  };
}

/**
 * Reports named tasks that the archive does not have, and returns them; the command continues with
 * the others.
 */
export async function reportMissing(
  io: Io,
  { archive }: Millrace,
  ids: readonly string[],
  fail: Fail,
): Promise<readonly string[]> {
  const missing = await archive.missing(ids);
  for (const id of missing) {
    io.stderr.write(`millrace: the archive has no task '${id}'; 'archive list' shows its tasks\n`);
    fail(exitStatus.workFailed);
  }
  return missing;
}

/** Prints what a dry run found. */
export function printPreview(
  io: Io,
  { json }: SelectionOptions,
  { matching, some }: ArchivePreview,
  action: string,
): void {
  if (json) {
    printJson(io, { matching, some });
    return;
  }
  const lines = some.map(({ taskId, executionName, reason }) => {
    return `  ${taskId}  ${executionName ?? '–'}  ${reason}`;
  });
  const more = matching > some.length ? [`  and ${matching - some.length} more`] : [];
  printLines(io, [`${matching} would be ${action}, oldest first`, ...lines, ...more]);
}

/** Shows the progress of a command on many entries; null ends it. */
export function showProgress(io: Io, label: string, total: number): (done: number | null) => void {
  const bar = new ProgressBar(io.stderr, label);
  const startedAt = performance.now();
  return (done) => {
    if (done === null) return bar.end();
    const perSecond = done / Math.max(0.001, (performance.now() - startedAt) / 1_000);
    bar.update({ done, total: Math.max(done, total), failed: 0, perSecond });
  };
}
