/** The command `millrace batch start`. */
import { Command } from 'commander';
import { aborted } from '../../app/aborted.ts';
import type { Millrace } from '../../app/millrace.ts';
import type { BatchSummary } from '../../operations/batches/batch-view.ts';
import { reachText, withAppOptions, withConcurrency, withConfiguredApp } from '../app-options.ts';
import { batchSummary } from '../batch-summary.ts';
import { type DashboardOptions, startDashboard, withDashboard } from '../dashboard-options.ts';
import { withExamples } from '../examples.ts';
import { exitStatus } from '../failure.ts';
import { type Fail, type Io, printJson, printLines } from '../io.ts';
import { lacksLeader } from '../left-batches.ts';
import { watchBatch } from '../watch-batch.ts';

interface StartOptions extends DashboardOptions {
  readonly detach?: boolean;
}

/** Creates the command, which fails when the batch does not succeed. */
export function batchStartCommand(io: Io, fail: Fail): Command {
  const command = new Command('start')
    .description('start a batch of the configuration, run it in this process and wait for its end')
    .argument('<name>', "the batch's name in the configuration")
    .option('--resume', 'continue the newest unfinished batch of this name')
    .option('--detach', 'only record it, for a running leader and its workers');
  withExamples(withAppOptions(withConcurrency(withDashboard(command))), {
    'millrace batch start orders': 'run a batch to its end',
    'millrace batch start orders --dashboard': 'watch it in a browser; its end stays to be seen',
    'millrace batch start orders --resume': 'continue it after an interruption',
    'millrace batch start orders --detach': 'leave it to a leader and its workers',
  });
  return command.action((name: string, options: StartOptions) =>
    withConfiguredApp(io, command, async (app) => {
      const batch = options.resume ? await resume(io, app, name) : await start(io, app, name);
      if (batch === null) return;
      if (options.detach) return await printDetached(io, app, batch, options);
      const server = await startDashboard(io, { current: app }, options);
      try {
        if (batch.status === 'RUNNING') await runToEnd(io, app, batch);
        const report = await app.batches.report(batch.id);
        if (options.json) printJson(io, report);
        else {
          const paint = io.paint === undefined ? {} : { paint: io.paint };
          const look = { flags: reachText(options), ...paint };
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
async function start(io: Io, { batches }: Millrace, name: string): Promise<BatchSummary | null> {
  const batch = await batches.start(name);
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
async function runToEnd(io: Io, app: Millrace, batch: BatchSummary): Promise<void> {
  await app.start();
  try {
    await watchBatch(io, app, batch.id);
  } finally {
    await app.stop();
  }
}

async function printDetached(
  io: Io,
  app: Millrace,
  { id, status }: BatchSummary,
  { json }: StartOptions,
): Promise<void> {
  if (json) printJson(io, { batchId: id, status });
  else printLines(io, [`batch ${id} is recorded; a leader and workers on the same store run it`]);
  await warnWithoutLeader(io, app);
}

/** Warns when no leader is alive: a batch that waits for one looks like a slow batch. */
export async function warnWithoutLeader(io: Io, app: Millrace): Promise<void> {
  if (!(await lacksLeader(app))) return;
  io.stderr.write("no leader is alive: start 'millrace leader' and 'millrace worker', or dev\n");
}
