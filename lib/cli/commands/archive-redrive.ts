/** The command `millrace archive redrive`. */
import { Command } from 'commander';
import type { Millrace } from '../../app/millrace.ts';
import type { ArchiveSelection } from '../../operations/archive.ts';
import { withConcurrency, withConfiguredApp } from '../app-options.ts';
import {
  printPreview,
  reportMissing,
  type SelectionOptions,
  showProgress,
  toPace,
  toSelection,
  withSelectionOptions,
} from '../archive-selection.ts';
import { withExamples } from '../examples.ts';
import { exitStatus } from '../failure.ts';
import { type Fail, type Io, printJson, printLines } from '../io.ts';

interface RedriveOptions extends SelectionOptions {
  readonly detach?: boolean;
}

/** Creates the command, which fails when a redriven execution fails again. */
export function archiveRedriveCommand(io: Io, fail: Fail): Command {
  const command = new Command('redrive')
    .description('run archived executions again, each from the state that failed')
    .option('--detach', 'only make them runnable, for a running leader and its workers');
  withExamples(withSelectionOptions(withConcurrency(command)), {
    'millrace archive redrive --error BadAddress --dry-run': 'count what would be redriven',
    'millrace archive redrive --error BadAddress': 'redrive it here, and wait for the results',
    'millrace archive redrive --all --rate 50 --detach':
      'leave the whole archive to the workers, 50 executions per second',
  });
  return command.action((ids: string[], options: RedriveOptions) =>
    withConfiguredApp(io, command, async (app) => {
      const selection = toSelection(ids, options);
      const preview = await app.archive.preview(selection, options);
      await reportMissing(io, app, ids, fail);
      if (options.dryRun) return printPreview(io, options, preview, 'redriven');
      const { matching } = preview;
      const isDetached = options.detach || matching === 0;
      const redriven = isDetached
        ? { count: (await redrive(io, app, selection, options, matching)).length, failed: null }
        : await redriveHere(io, app, selection, options, matching);
      printRedriven(io, options, redriven);
      if (io.interrupted.aborted) fail(exitStatus.interrupted);
      else if (redriven.failed !== null && redriven.failed > 0) fail(exitStatus.workFailed);
    }),
  );
}

/** Returns the ids of the executions, which are runnable from now on. */
async function redrive(
  io: Io,
  { archive }: Millrace,
  selection: ArchiveSelection,
  options: RedriveOptions,
  total: number,
): Promise<string[]> {
  const progress = showProgress(io, 'redriven', total);
  const ids: string[] = [];
  for await (const page of archive.redrive(selection, toPace(io, options))) {
    ids.push(...page);
    progress(ids.length);
  }
  progress(null);
  return ids;
}

interface Redriven {
  readonly count: number;
  /** The number that did not succeed; null when workers elsewhere run them. */
  readonly failed: number | null;
}

/** Runs the roles in this process until every redriven execution has ended. */
async function redriveHere(
  io: Io,
  app: Millrace,
  selection: ArchiveSelection,
  options: RedriveOptions,
  total: number,
): Promise<Redriven> {
  await app.start();
  try {
    const ids = await redrive(io, app, selection, options, total);
    let failed = 0;
    for (const id of ids) {
      const execution = await app.executions.wait(id, { signal: io.interrupted });
      if (execution?.status !== 'SUCCEEDED') failed += 1;
    }
    return { count: ids.length, failed };
  } finally {
    await app.stop();
  }
}

function printRedriven(io: Io, { json }: RedriveOptions, { count, failed }: Redriven): void {
  const stopped = io.interrupted.aborted;
  if (json) {
    const outcome = failed === null ? {} : { failed };
    printJson(io, { redriven: count, ...outcome, ...(stopped && { stopped }) });
    return;
  }
  const fate = failed === null ? 'left to the workers' : `run again, ${failed} did not succeed`;
  const rest = stopped ? '; interrupted: the others stay in the archive' : '';
  printLines(io, [`${count} redriven: ${fate}${rest}`]);
}
