/**
 * `millrace archive list | redrive | delete`: what failed for good, and what a person decides about
 * it.
 */
import { Command } from 'commander';
import type { Millrace } from '../../app/millrace.ts';
import type { ArchiveEntry, ArchiveFilter } from '../../ports/archive-store.ts';
import { pause } from '../../ports/clock.ts';
import { type AppOptions, inspectApp, withApp, withAppOptions } from '../app-options.ts';
import { badArgument, exitStatus } from '../failure.ts';
import { type Io, printJson, printLines } from '../io.ts';
import { type PageOptions, pageOf, printPage, withPageOptions } from '../paging.ts';
import { askPatiently } from '../patience.ts';
import { momentText, textTable } from '../text-table.ts';

/** The commands; `fail` is given the exit status of redriven executions that fail again. */
export function archiveCommand(io: Io, fail: (status: number) => void): Command {
  return new Command('archive')
    .description('look at what failed for good, run it again or delete it')
    .addCommand(listCommand(io))
    .addCommand(redriveCommand(io, fail))
    .addCommand(deleteCommand(io));
}

interface FilterOptions extends AppOptions {
  readonly batch?: string;
  readonly machine?: string;
  readonly queue?: string;
  readonly error?: string;
  readonly all?: boolean;
}

function withFilterOptions(command: Command): Command {
  return withAppOptions(command)
    .option('--batch <id>', 'of this batch only')
    .option('--machine <id>', 'of this machine only')
    .option('--queue <name>', 'of this queue only')
    .option('--error <name>', 'failed with this error only');
}

function filterOf(ids: readonly string[], options: FilterOptions): ArchiveFilter {
  const { batch, machine, queue, error } = options;
  return {
    ...(ids.length > 0 && { taskIds: ids }),
    ...(batch !== undefined && { batchId: batch }),
    ...(machine !== undefined && { machineId: machine }),
    ...(queue !== undefined && { queue }),
    ...(error !== undefined && { error }),
  };
}

function listCommand(io: Io): Command {
  const command = new Command('list').description('the newest first');
  return withFilterOptions(withPageOptions(command)).action(
    (options: FilterOptions & PageOptions) =>
      inspectApp(io, command, async ({ store }) => {
        const page = await store.listArchive(filterOf([], options), pageOf(options));
        printPage(io, options, 'entries', page, archiveTable);
      }),
  );
}

function archiveTable(entries: readonly ArchiveEntry[]): string[] {
  if (entries.length === 0) return ['nothing in the archive matches'];
  return textTable(
    ['task', 'execution', 'queue', 'attempts', 'reason', 'archived'],
    entries.map(({ taskId, executionName, queue, attempts, reason, archivedAt }) => [
      taskId,
      executionName,
      queue,
      attempts,
      reason,
      momentText(archivedAt),
    ]),
  );
}

interface OrderOptions extends FilterOptions {
  readonly dryRun?: boolean;
  readonly detach?: boolean;
}

function withOrderOptions(command: Command): Command {
  return withFilterOptions(command)
    .argument('[tasks...]', 'the tasks, by id; or name some by the options below')
    .option('--all', 'everything in the archive')
    .option('--dry-run', 'only say how many it would be');
}

/** An order without a condition might be a slip; everything is meant only when said so. */
function orderFilter(ids: readonly string[], options: FilterOptions): ArchiveFilter {
  const filter = filterOf(ids, options);
  if (Object.keys(filter).length > 0 || options.all) return filter;
  return badArgument('name tasks, or say which by --batch, --machine, --queue, --error or --all');
}

/** Entries that one statement takes. */
const orderLimit = 1_000;

function redriveCommand(io: Io, fail: (status: number) => void): Command {
  const command = new Command('redrive')
    .description('run archived executions again, each from the state that failed')
    .option('--detach', 'only put them back: a running leader and its workers take them');
  return withOrderOptions(command).action((ids: string[], options: OrderOptions) =>
    withApp(io, command, async (app) => {
      const filter = orderFilter(ids, options);
      if (options.dryRun) return sayHowMany(io, app, filter, options, 'would run again');
      const redriven = await redriveAll(app, filter);
      if (options.detach || redriven.length === 0) {
        return sayCount(io, options, 'redriven', redriven.length, 'put back for the workers');
      }
      const failed = await runAgain(io, app, redriven);
      if (options.json) printJson(io, { redriven: redriven.length, failed });
      else printLines(io, [`${redriven.length} ran again, ${failed} of them failed again`]);
      if (failed > 0) fail(exitStatus.workFailed);
    }),
  );
}

async function redriveAll(app: Millrace, filter: ArchiveFilter): Promise<string[]> {
  const ids: string[] = [];
  for (;;) {
    const wakeups = await app.store.redriveArchived(filter, orderLimit);
    ids.push(...wakeups.map(({ executionId }) => executionId));
    if (wakeups.length < orderLimit) return ids;
  }
}

/** Runs the roles here until each of `ids` has ended; answers how many did not succeed. */
async function runAgain(io: Io, app: Millrace, ids: readonly string[]): Promise<number> {
  await app.start();
  let failed = 0;
  try {
    for (const id of ids) {
      if ((await endOf(io, app, id)) !== 'SUCCEEDED') failed += 1;
    }
  } finally {
    await app.stop();
  }
  return failed;
}

async function endOf(io: Io, app: Millrace, id: string): Promise<string> {
  for (;;) {
    const ask = () => app.store.getExecution(id);
    const execution = await askPatiently(app.clock, io.interrupted, ask);
    if (execution === null || execution.endedAt !== null) return execution?.status ?? 'missing';
    if (io.interrupted.aborted) return execution.status;
    await pause(app.clock, 50, io.interrupted);
  }
}

function deleteCommand(io: Io): Command {
  const command = new Command('delete').description(
    'take entries out for good; their executions stay as they ended',
  );
  return withOrderOptions(command).action((ids: string[], options: OrderOptions) =>
    inspectApp(io, command, async (app) => {
      const filter = orderFilter(ids, options);
      if (options.dryRun) return sayHowMany(io, app, filter, options, 'would be deleted');
      let deleted = 0;
      for (let more = true; more; ) {
        const count = await app.store.deleteArchived(filter, orderLimit);
        deleted += count;
        more = count === orderLimit;
      }
      sayCount(io, options, 'deleted', deleted, 'deleted');
    }),
  );
}

async function sayHowMany(
  io: Io,
  app: Millrace,
  filter: ArchiveFilter,
  options: OrderOptions,
  what: string,
): Promise<void> {
  sayCount(io, options, 'matching', await app.store.countArchive(filter), what);
}

function sayCount(io: Io, options: AppOptions, key: string, count: number, what: string): void {
  if (options.json) printJson(io, { [key]: count });
  else printLines(io, [`${count} ${what}`]);
}
