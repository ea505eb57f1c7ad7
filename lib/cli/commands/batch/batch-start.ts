/** The command `millrace batch start`. */
import { Command } from 'commander';
import { aborted } from '../../../app/aborted.ts';
import type { Millrace } from '../../../app/millrace.ts';
import type { BatchSummary } from '../../../operations/batches/batch-view.ts';
import type { BatchChanges } from '../../../operations/batches/start-changes.ts';
import { batchSummary } from '../../batch-summary.ts';
import { withExamples } from '../../examples.ts';
import { exitStatus } from '../../failure.ts';
import { type Fail, type Io, printJson, printLines, printNote } from '../../io.ts';
import { lacksLeader } from '../../left-batches.ts';
import {
  reachText,
  withAppOptions,
  withConcurrency,
  withConfiguredApp,
} from '../../options/app-options.ts';
import {
  type DashboardOptions,
  startDashboard,
  withDashboard,
} from '../../options/dashboard-options.ts';
import { type StartChanges, toBatchChanges, withStartChanges } from '../../start-changes.ts';
import { watchBatch } from '../../watch-batch.ts';

interface StartOptions extends DashboardOptions, StartChanges {
  readonly detach?: boolean;
}

/** Creates the command, which fails when the batch does not succeed. */
export function batchStartCommand(io: Io, fail: Fail): Command {
  const command = new Command('start')
    .description('start a batch of the configuration, run it in this process and wait for its end')
    .argument('<name>', "the batch's name in the configuration")
    .option('--resume', 'continue the newest unfinished batch of this name')
    .option('--detach', 'only record it, for a running leader and its workers');
  withStartChanges(command);
  withExamples(withAppOptions(withConcurrency(withDashboard(command))), {
    'millrace batch start orders': 'run a batch to its end',
    'millrace batch start orders --dashboard': 'watch it in a browser; its end stays to be seen',
    'millrace batch start orders --resume': 'continue it after an interruption',
    'millrace batch start orders --detach': 'leave it to a leader and its workers',
    "millrace batch start orders --path 'in/{date:yyyyMMdd}.csv' --id 2026-05-01":
      'read the file of today, once for this id',
  });
  return command.action((name: string, options: StartOptions) =>
    withConfiguredApp(io, command, async (app) => {
      const batch = options.resume
        ? await resume(io, app, name)
        : await start(io, app, name, toBatchChanges(options, io.folder));
      if (batch === null) return;
      if (options.detach) return await printDetached(io, app, batch, options);
      const server = await startDashboard(io, { current: app }, options);
      try {
        if (batch.status === 'RUNNING') await runToEnd(io, app, batch, reachText(options));
        const report = await app.batches.report(batch.id);
        if (options.json) printJson(io, report);
        else {
          const paint = io.paint === undefined ? {} : { paint: io.paint };
          const look = { flags: reachText(options), ...paint };
          if (io.stderr.isTTY) io.stderr.write('\n');
          io.stdout.write(batchSummary(report, app.description.store, look));
        }
        if (report.status !== 'SUCCEEDED') fail(exitStatus.workFailed);
        if (server !== null) await untilInterrupted(io, server.url);
      } finally {
        await server?.close();
      }
    }),
  );
}

/** Who asked for the dashboard wants to look at the end, too. */
async function untilInterrupted(io: Io, url: string): Promise<void> {
  if (io.interrupted.aborted) return;
  io.stderr.write(`the batch has ended; its dashboard stays at ${url} until Ctrl-C\n`);
  await aborted(io.interrupted);
}

/** Returns null when another batch of the name is open, and this one is skipped for that. */
async function start(
  io: Io,
  { batches }: Millrace,
  name: string,
  changes: BatchChanges,
): Promise<BatchSummary | null> {
  const batch = await batches.start(name, changes);
  if (batch.started) return batch;
  const why = `batch ${batch.id} is ${batch.status}, and overlap is 'skip'`;
  io.stderr.write(`${name} is not started: ${why}\n`);
  return null;
}

/** A batch that has ended is returned, too, so that its summary can be printed again. */
async function resume(io: Io, { batches }: Millrace, name: string): Promise<BatchSummary> {
  const batch = await batches.resumeNewest(name);
  if (batch.endedAt !== null) {
    io.stderr.write(`nothing to resume: the newest batch ${batch.id} has ended\n`);
  }
  return batch;
}

/** Runs every role in this process until the batch has ended, and stops them in any case. */
async function runToEnd(io: Io, app: Millrace, batch: BatchSummary, flags: string): Promise<void> {
  // Who starts one batch does not want the others that are due.
  await app.start(undefined, { evaluatesTriggers: false });
  try {
    await watchBatch(io, app, batch.id, flags);
    await reportResultFile(io, app, batch.id);
  } finally {
    await app.stop();
  }
}

/** The process that runs a batch also writes its file of results. */
async function reportResultFile(io: Io, { batches }: Millrace, id: string): Promise<void> {
  const file = await batches.waitForResults(id, { signal: io.interrupted, untilFailure: true });
  if (file === null) return;
  const { status, output, items, reason } = file;
  if (status === 'WRITTEN') printNote(io, `${items} results are in ${output}`);
  else printNote(io, `the results are not in ${output} yet: ${reason ?? 'a leader goes on'}`);
}

async function printDetached(
  io: Io,
  app: Millrace,
  { id, status }: BatchSummary,
  options: StartOptions,
): Promise<void> {
  if (options.json) printJson(io, { batchId: id, status });
  else {
    const follow = `npx millrace batch get ${id} --watch${reachText(options)}`;
    printLines(io, [
      `batch ${id} is recorded; a leader and workers on the same store run it`,
      `follow it with '${follow}'`,
    ]);
  }
  await warnWithoutLeader(io, app);
}

/** Warns when no leader is alive: a batch that waits for one looks like a slow batch. */
export async function warnWithoutLeader(io: Io, app: Millrace): Promise<void> {
  if (!(await lacksLeader(app))) return;
  io.stderr.write("no leader is alive: start 'millrace leader' and 'millrace worker', or dev\n");
}
