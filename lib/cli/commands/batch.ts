/** `millrace batch start | status | list | …`: the main job, how far it is, and how to stop it. */
import { Command } from 'commander';
import type { Millrace } from '../../app/millrace.ts';
import { mapRunOf } from '../../batch/map-run/map-run-batch.ts';
import { MillraceError } from '../../errors.ts';
import { listProcesses } from '../../operations/workers.ts';
import type { BatchRecord } from '../../ports/batch-store.ts';
import {
  type AppOptions,
  inspectApp,
  reachText,
  withApp,
  withAppOptions,
  withConcurrency,
} from '../app-options.ts';
import { batchSummary } from '../batch-summary.ts';
import { exitStatus } from '../failure.ts';
import { type Io, printJson, printLines } from '../io.ts';
import { type PageOptions, pageOf, printPage, withPageOptions } from '../paging.ts';
import { momentText, textTable } from '../text-table.ts';
import { watchBatch } from '../watch-batch.ts';

/** The commands; `fail` is given the exit status of a batch that does not succeed. */
export function batchCommand(io: Io, fail: (status: number) => void): Command {
  return new Command('batch')
    .description('start batches, see how far they are, stop them')
    .addCommand(startCommand(io, fail))
    .addCommand(statusCommand(io))
    .addCommand(listCommand(io))
    .addCommand(orderCommand(io, orders.pause))
    .addCommand(orderCommand(io, orders.resume))
    .addCommand(orderCommand(io, orders.abort));
}

/** What can be ordered of a batch. */
interface BatchOrder {
  readonly name: string;
  readonly description: string;
  readonly give: (app: Millrace, id: string) => Promise<BatchRecord>;
  readonly told: (batch: BatchRecord) => string;
}

const orders = {
  pause: {
    name: 'pause',
    description: 'read no more of its source; what was begun runs on',
    give: (app, id) => app.pauseBatch(id),
    told: () => "paused; 'batch resume' goes on",
  },
  resume: {
    name: 'resume',
    description: 'let a paused batch go on',
    give: (app, id) => app.resumeBatch(id),
    told: () => 'goes on, as soon as a leader is there',
  },
  abort: {
    name: 'abort',
    description: 'stop it for good: what was begun is aborted, and then it ends ABORTED',
    give: (app, id) => app.abortBatch(id),
    told: ({ endedAt }) =>
      endedAt === null ? 'is being aborted: it ends when what runs has stopped' : 'is ABORTED',
  },
} as const satisfies Record<string, BatchOrder>;

function orderCommand(io: Io, { name, description, give, told }: BatchOrder): Command {
  const command = new Command(name).description(description).argument('<id>', "the batch's id");
  return withAppOptions(command).action((id: string, { json }: AppOptions) =>
    inspectApp(io, command, async (app) => {
      const batch = await give(app, id);
      if (json) printJson(io, { batchId: batch.id, status: batch.status, reason: batch.reason });
      else printLines(io, [`batch ${batch.id} ${told(batch)}`]);
    }),
  );
}

interface StartOptions extends AppOptions {
  readonly detach?: boolean;
}

function startCommand(io: Io, fail: (status: number) => void): Command {
  const command = new Command('start')
    .description('start a batch of the configuration, run it here and wait for its end')
    .argument('<name>', "the batch's name in the configuration")
    .option('--resume', 'go on with the newest unfinished batch of this name')
    .option('--detach', 'only record it: a running leader and its workers take it');
  return withAppOptions(withConcurrency(command)).action((name: string, options: StartOptions) =>
    withApp(io, command, async (app) => {
      const batch = options.resume
        ? await findUnfinished(io, app, name)
        : await app.startBatch(name);
      if (options.detach) return await printDetached(io, app, batch, options);
      if (batch.status === 'RUNNING') await runToEnd(io, app, batch);
      const report = await app.report(batch.id);
      if (options.json) printJson(io, report);
      else io.stdout.write(batchSummary(report, app.store.description, reachText(options)));
      if (report.status !== 'SUCCEEDED') fail(exitStatus.workFailed);
    }),
  );
}

/** Runs every role in this process until the batch has ended, and stops them whatever happens. */
async function runToEnd(io: Io, app: Millrace, batch: BatchRecord): Promise<void> {
  await app.start();
  try {
    await watchBatch(io, app, batch.id);
  } finally {
    await app.stop();
  }
}

/**
 * The batch to go on with; the newest one when all have ended, so that its summary can be shown
 * again.
 */
async function findUnfinished(io: Io, app: Millrace, name: string): Promise<BatchRecord> {
  for (const status of ['RUNNING', 'PAUSED'] as const) {
    const { entries } = await app.store.listBatches({ name, status }, { limit: 1 });
    const [batch] = entries;
    if (batch !== undefined) return status === 'PAUSED' ? app.resumeBatch(batch.id) : batch;
  }
  const { entries } = await app.store.listBatches({ name }, { limit: 1 });
  const [newest] = entries;
  if (newest !== undefined) {
    io.stderr.write(`nothing to resume: the newest batch ${newest.id} has ended\n`);
    return newest;
  }
  throw new MillraceError(
    'UNKNOWN_BATCH',
    `there is no batch named '${name}' to resume in ${app.store.description}: start one without --resume`,
  );
}

async function printDetached(
  io: Io,
  app: Millrace,
  batch: BatchRecord,
  { json }: StartOptions,
): Promise<void> {
  if (json) printJson(io, { batchId: batch.id, status: batch.status });
  else
    printLines(io, [
      `batch ${batch.id} is recorded; a leader and workers on the same store run it`,
    ]);
  await sayIfNobodyLeads(io, app);
}

/** A batch that waits for a leader looks like one that is slow. */
async function sayIfNobodyLeads(io: Io, { store }: Millrace): Promise<void> {
  const processes = await listProcesses(store);
  if (processes.some(({ role, alive }) => role === 'leader' && alive)) return;
  io.stderr.write("no leader is alive: start 'millrace leader' and 'millrace worker', or dev\n");
}

function statusCommand(io: Io): Command {
  const command = new Command('status')
    .description('the figures of a batch')
    .argument('<id>', "the batch's id");
  return withAppOptions(command).action((id: string, options: AppOptions) =>
    inspectApp(io, command, async (app) => {
      const report = await app.report(id);
      if (options.json) printJson(io, report);
      else io.stdout.write(batchSummary(report, app.store.description, reachText(options)));
      if (report.status === 'RUNNING') await sayIfNobodyLeads(io, app);
    }),
  );
}

function listCommand(io: Io): Command {
  const command = new Command('list').description('the newest first');
  return withAppOptions(withPageOptions(command)).action((options: PageOptions) =>
    inspectApp(io, command, async ({ store }) => {
      const page = await store.listBatches({}, pageOf(options));
      const entries = page.entries.map(withParent);
      printPage(io, options, 'batches', { ...page, entries }, batchTable);
    }),
  );
}

/** A batch as lists show it: a map run names the execution whose distributed Map it is. */
type ListedBatch = BatchRecord & { readonly parentExecutionId: string | null };

function withParent(batch: BatchRecord): ListedBatch {
  return { ...batch, parentExecutionId: mapRunOf(batch)?.parent.executionId ?? null };
}

function batchTable(entries: readonly ListedBatch[]): string[] {
  if (entries.length === 0) return ['there is no batch'];
  return textTable(
    ['id', 'name', 'status', 'total', 'succeeded', 'failed', 'created', 'ended', 'map run of'],
    entries.map((batch) => [
      batch.id,
      batch.name,
      batch.status,
      batch.created,
      batch.succeeded,
      batch.failed + batch.timedOut + batch.aborted,
      momentText(batch.createdAt),
      momentText(batch.endedAt),
      batch.parentExecutionId,
    ]),
  );
}
