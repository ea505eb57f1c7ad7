/** The commands `millrace batch list | get | start | pause | resume | cancel`. */
import { Command, Option } from 'commander';
import type { Millrace } from '../../app/millrace.ts';
import type { BatchSummary } from '../../operations/batches.ts';
import {
  type BatchFilter,
  type BatchStatus,
  batchStatuses,
} from '../../ports/store/batch-store.ts';
import { type AppOptions, reachText, withApp, withAppOptions } from '../app-options.ts';
import { batchSummary } from '../batch-summary.ts';
import { type Examples, withExamples } from '../examples.ts';
import { type Fail, type Io, printJson, printLines } from '../io.ts';
import { type PageOptions, printPage, toPageRequest, withPageOptions } from '../paging.ts';
import { stateTable } from '../state-table.ts';
import { momentText, textTable } from '../text-table.ts';
import { momentOption } from '../time-option.ts';
import { batchStartCommand, warnWithoutLeader } from './batch-start.ts';

/** Creates the commands. */
export function batchCommand(io: Io, fail: Fail): Command {
  return new Command('batch')
    .description('start, inspect, pause and cancel batches')
    .addCommand(listCommand(io))
    .addCommand(getCommand(io))
    .addCommand(batchStartCommand(io, fail))
    .addCommand(changeCommand(io, pause))
    .addCommand(changeCommand(io, resume))
    .addCommand(changeCommand(io, cancel));
}

interface ListOptions extends PageOptions {
  readonly status?: readonly BatchStatus[];
  readonly name?: string;
  readonly machine?: string;
  readonly from?: number;
  readonly before?: number;
}

function listCommand(io: Io): Command {
  const command = new Command('list')
    .description('list batches, newest first')
    .addOption(
      new Option('--status <status...>', 'only in one of these statuses').choices(batchStatuses),
    )
    .option('--name <name>', 'only those of this name')
    .option('--machine <id>', 'only of this machine')
    .option('--from <time>', 'only those created then or later', momentOption)
    .option('--before <time>', 'only those created earlier', momentOption);
  withExamples(withAppOptions(withPageOptions(command)), {
    'millrace batch list --limit 5': 'list the five newest batches',
    'millrace batch list --status RUNNING PAUSED': 'list the open batches',
  });
  return command.action((options: ListOptions) =>
    withApp(io, command, async ({ batches }) => {
      const page = await batches.list(toFilter(options), toPageRequest(options));
      printPage(io, options, 'batches', page, batchTable);
    }),
  );
}

function toFilter({ status, name, machine, from, before }: ListOptions): BatchFilter {
  return {
    ...(status !== undefined && { statuses: status }),
    ...(name !== undefined && { name }),
    ...(machine !== undefined && { machineId: machine }),
    ...(from !== undefined && { createdFrom: from }),
    ...(before !== undefined && { createdBefore: before }),
  };
}

function batchTable(entries: readonly BatchSummary[]): string[] {
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

function getCommand(io: Io): Command {
  const command = new Command('get')
    .description('show the figures of a batch')
    .argument('<id>', "the batch's id");
  withExamples(withAppOptions(command), {
    'millrace batch get 01994a3e-6f0c-7000-8000-000000000001': 'show how far a batch is',
  });
  return command.action((id: string, options: AppOptions) =>
    withApp(io, command, async (app) => {
      const report = await app.batches.report(id);
      if (options.json) printJson(io, report);
      else {
        io.stdout.write(batchSummary(report, app.description.store, reachText(options)));
        printLines(io, stateTable(await app.figures.batchStates(id)));
      }
      if (report.status === 'RUNNING') await warnWithoutLeader(io, app);
    }),
  );
}

/** A command that changes one batch. */
interface BatchChange {
  readonly name: string;
  readonly description: string;
  readonly examples: Examples;
  readonly change: (app: Millrace, id: string) => Promise<BatchSummary>;
  readonly message: (batch: BatchSummary) => string;
}

const pause: BatchChange = {
  name: 'pause',
  description: 'stop the fan-out of a batch; recorded executions continue',
  examples: { 'millrace batch pause 01994a3e-6f0c-7000-8000-000000000001': 'pause a batch' },
  change: ({ batches }, id) => batches.pause(id),
  message: () => "is paused; 'batch resume' continues it",
};

const resume: BatchChange = {
  name: 'resume',
  description: 'continue a paused batch',
  examples: { 'millrace batch resume 01994a3e-6f0c-7000-8000-000000000001': 'continue a batch' },
  change: ({ batches }, id) => batches.resume(id),
  message: () => 'is resumed; a leader continues it',
};

const cancel: BatchChange = {
  name: 'cancel',
  description: 'stop a batch and its open executions, and then end it ABORTED',
  examples: { 'millrace batch cancel 01994a3e-6f0c-7000-8000-000000000001': 'cancel a batch' },
  change: ({ batches }, id) => batches.cancel(id),
  message: ({ endedAt }) =>
    endedAt === null
      ? 'is being cancelled: it ends when its executions have stopped'
      : 'is ABORTED',
};

function changeCommand(io: Io, { name, description, examples, ...rest }: BatchChange): Command {
  const { change, message } = rest;
  const command = new Command(name).description(description).argument('<id>', "the batch's id");
  withExamples(withAppOptions(command), examples);
  return command.action((id: string, { json }: AppOptions) =>
    withApp(io, command, async (app) => {
      const batch = await change(app, id);
      if (json) printJson(io, { batchId: batch.id, status: batch.status, reason: batch.reason });
      else printLines(io, [`batch ${batch.id} ${message(batch)}`]);
    }),
  );
}
