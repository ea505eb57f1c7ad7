/** `millrace archive redrive | delete`: orders about one entry of the archive, or about many. */
import { Command } from 'commander';
import type { Millrace } from '../../app/millrace.ts';
import type { PaceOptions } from '../../operations/archive.ts';
import type { ArchiveFilter } from '../../ports/archive-store.ts';
import { pause } from '../../ports/clock.ts';
import { inspectApp, wholeNumber, withApp, withConcurrency } from '../app-options.ts';
import { type FilterOptions, filterOf, missingText, withFilterOptions } from '../archive-filter.ts';
import { badArgument, exitStatus } from '../failure.ts';
import { type Io, printJson, printLines } from '../io.ts';
import { askPatiently } from '../patience.ts';
import { ProgressBar } from '../progress-bar.ts';

interface OrderOptions extends FilterOptions {
  readonly all?: boolean;
  readonly dryRun?: boolean;
  readonly limit?: number;
  readonly rate?: number;
}

function withOrderOptions(command: Command): Command {
  return withFilterOptions(command)
    .argument('[tasks...]', 'the tasks, by id; or name some by the options below')
    .option('--all', 'everything in the archive')
    .option('--limit <n>', 'at most this many, the oldest first', wholeNumber)
    .option('--rate <n>', 'at most this many a second', wholeNumber)
    .option('--dry-run', 'only say how many it would be, and show some');
}

/** An order without a condition might be a slip; everything is meant only when said so. */
function orderFilter(ids: readonly string[], options: OrderOptions): ArchiveFilter {
  const filter = filterOf(ids, options);
  if (Object.keys(filter).length > 0 || options.all) return filter;
  return badArgument(
    'name tasks, or say which by --batch, --machine, --queue, --error, --from, --before or --all',
  );
}

function paceOf({ interrupted }: Io, { limit, rate }: OrderOptions): PaceOptions {
  return {
    signal: interrupted,
    ...(limit !== undefined && { limit }),
    ...(rate !== undefined && { perSecond: rate }),
  };
}

interface RedriveOptions extends OrderOptions {
  readonly detach?: boolean;
}

/** The command; `fail` is given the exit status of executions that fail again. */
export function redriveCommand(io: Io, fail: (status: number) => void): Command {
  const command = new Command('redrive')
    .description('run archived executions again, each from the state that failed')
    .option('--detach', 'only put them back: a running leader and its workers take them');
  return withOrderOptions(withConcurrency(command)).action(
    (ids: string[], options: RedriveOptions) =>
      withApp(io, command, async (app) => {
        const filter = orderFilter(ids, options);
        const matching = await countOf(app, filter, options);
        await sayMissing(io, app, ids, fail);
        if (options.dryRun) return sayDryRun(io, app, filter, options, matching, 'would run again');
        const redriven =
          options.detach || matching === 0
            ? { ids: await redrive(io, app, filter, options, matching), failed: null }
            : await redriveHere(io, app, filter, options, matching);
        sayRedriven(io, options, redriven.ids.length, redriven.failed);
        if (io.interrupted.aborted) fail(exitStatus.interrupted);
        else if (redriven.failed !== null && redriven.failed > 0) fail(exitStatus.workFailed);
      }),
  );
}

/** Puts them back, and says how far it is. */
async function redrive(
  io: Io,
  app: Millrace,
  filter: ArchiveFilter,
  options: RedriveOptions,
  total: number,
): Promise<string[]> {
  const progress = progressOf(io, 'redriven', total);
  const ids: string[] = [];
  for await (const page of app.redriveArchived(filter, paceOf(io, options))) {
    ids.push(...page);
    progress(ids.length);
  }
  progress(null);
  return ids;
}

/** Runs the roles here until each of them has ended; answers how many did not succeed. */
async function redriveHere(
  io: Io,
  app: Millrace,
  filter: ArchiveFilter,
  options: RedriveOptions,
  total: number,
): Promise<{ readonly ids: string[]; readonly failed: number }> {
  await app.start();
  try {
    const ids = await redrive(io, app, filter, options, total);
    let failed = 0;
    for (const id of ids) {
      if ((await endOf(io, app, id)) !== 'SUCCEEDED') failed += 1;
    }
    return { ids, failed };
  } finally {
    await app.stop();
  }
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

function sayRedriven(
  io: Io,
  { json }: RedriveOptions,
  redriven: number,
  failed: number | null,
): void {
  const stopped = io.interrupted.aborted;
  if (json) {
    const ran = failed === null ? {} : { failed };
    printJson(io, { redriven, ...ran, ...(stopped && { stopped }) });
    return;
  }
  const end = stopped ? '; interrupted, the others stay in the archive' : '';
  const again = failed === null ? 'put back for the workers' : 'ran again';
  const fate = failed === null ? '' : `, ${failed} of them did not succeed`;
  printLines(io, [`${redriven} ${again}${fate}${end}`]);
}

interface DeleteOptions extends OrderOptions {
  readonly yes?: boolean;
}

/** The command; `fail` is given the exit status of one that was interrupted. */
export function deleteCommand(io: Io, fail: (status: number) => void): Command {
  const command = new Command('delete')
    .description('take entries out for good; their executions stay as they ended')
    .option('--yes', 'do it: there is no way back; needed for more than one task by its id');
  return withOrderOptions(command).action((ids: string[], options: DeleteOptions) =>
    inspectApp(io, command, async (app) => {
      const filter = orderFilter(ids, options);
      const matching = await countOf(app, filter, options);
      await sayMissing(io, app, ids, fail);
      if (options.dryRun) return sayDryRun(io, app, filter, options, matching, 'would be deleted');
      if (ids.length !== 1 && !options.yes) {
        badArgument(`this deletes ${matching} entries for good: say --yes to do it`);
      }
      const progress = progressOf(io, 'deleted', matching);
      let deleted = 0;
      for await (const count of app.deleteArchived(filter, paceOf(io, options))) {
        deleted += count;
        progress(deleted);
      }
      progress(null);
      if (options.json) printJson(io, { deleted });
      else printLines(io, [`${deleted} deleted`]);
      if (io.interrupted.aborted) fail(exitStatus.interrupted);
    }),
  );
}

/** A task that was named and is not there fails the call; the order stands for the others. */
async function sayMissing(
  io: Io,
  { store }: Millrace,
  ids: readonly string[],
  fail: (status: number) => void,
): Promise<void> {
  for (const id of ids) {
    if ((await store.getArchived(id)) !== null) continue;
    io.stderr.write(missingText(id));
    fail(exitStatus.workFailed);
  }
}

async function countOf(
  { store }: Millrace,
  filter: ArchiveFilter,
  { limit = Number.POSITIVE_INFINITY }: OrderOptions,
): Promise<number> {
  return Math.min(limit, await store.countArchive(filter));
}

/** Shows how far an order is that takes its time; null ends that. */
function progressOf(io: Io, label: string, total: number): (done: number | null) => void {
  const bar = new ProgressBar(io.stderr, label);
  const beganAt = performance.now();
  return (done) => {
    if (done === null) return bar.end();
    const perSecond = done / Math.max(0.001, (performance.now() - beganAt) / 1_000);
    bar.update({ done, total: Math.max(done, total), failed: 0, perSecond });
  };
}

/** Entries that a dry run shows. */
const shownMax = 5;

async function sayDryRun(
  io: Io,
  { store }: Millrace,
  filter: ArchiveFilter,
  { json }: OrderOptions,
  matching: number,
  what: string,
): Promise<void> {
  // A list begins with the newest, and an order in part with the oldest.
  const isPart = matching < (await store.countArchive(filter));
  const { entries } = isPart
    ? { entries: [] }
    : await store.listArchive(filter, { limit: shownMax });
  const some = entries.map(({ taskId, executionName, error, reason }) => {
    return { taskId, executionName, error, reason };
  });
  if (json) {
    printJson(io, { matching, some });
    return;
  }
  const lines = some.map(({ taskId, executionName, reason }) => {
    return `  ${taskId}  ${executionName ?? '–'}  ${reason}`;
  });
  const more = matching > some.length && !isPart ? [`  and ${matching - some.length} more`] : [];
  printLines(io, [`${matching} ${what}${isPart ? ', the oldest' : ''}`, ...lines, ...more]);
}
