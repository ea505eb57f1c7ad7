/** The commands `millrace batch list | get | start | pause | resume | cancel | delete`. */
import { Command, Option } from 'commander';
import type { Millrace } from '../../../app/millrace.ts';
import type { BatchSummary } from '../../../operations/batches/batch-view.ts';
import {
  type BatchFilter,
  type BatchStatus,
  batchStatuses,
} from '../../../ports/store/batch-store.ts';
import type { ResultFileRecord } from '../../../ports/store/results/result-store.ts';
import { batchSummary } from '../../batch-summary.ts';
import { checkFilterNames } from '../../check-names.ts';
import { type Examples, withExamples } from '../../examples.ts';
import { badArgument } from '../../failure.ts';
import { type Fail, type Io, printJson, printLines } from '../../io.ts';
import { continueCommand, continueLines, lacksLeader } from '../../left-batches.ts';
import { type AppOptions, reachText, withApp, withAppOptions } from '../../options/app-options.ts';
import { momentOption } from '../../options/time-option.ts';
import { type PageOptions, printPage, toPageRequest, withPageOptions } from '../../paging.ts';
import { stateTable } from '../../state-table.ts';
import { type TableLook, tableLook } from '../../terminal/table-look.ts';
import { momentText, textTable } from '../../text-table.ts';
import { followBatch } from '../../watch-batch.ts';
import { batchResultsCommand } from './batch-results.ts';
import { batchStartCommand, warnWithoutLeader } from './batch-start.ts';

/** Creates the commands. */
export function batchCommand(io: Io, fail: Fail): Command {
  return new Command('batch')
    .description('start, inspect, pause, cancel and delete batches')
    .addCommand(listCommand(io))
    .addCommand(getCommand(io))
    .addCommand(batchStartCommand(io, fail))
    .addCommand(batchResultsCommand(io, fail))
    .addCommand(changeCommand(io, pause))
    .addCommand(changeCommand(io, resume))
    .addCommand(changeCommand(io, cancel))
    .addCommand(deleteCommand(io));
}

const batchArgument = ['<batch>', "the batch's id, its name, or 'latest'"] as const;

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
    withApp(io, command, async (app) => {
      const page = await app.batches.list(toFilter(options), toPageRequest(options));
      const { machine, name: batch } = options;
      const isConfigured = app.deployment.describe().batches.some(({ name }) => name === batch);
      await checkFilterNames(app, page.entries, { machine, ...(!isConfigured && { batch }) });
      const isOpen = page.entries.some(({ status }) => status === 'RUNNING');
      const isLeft = isOpen && (await lacksLeader(app));
      const table = (entries: readonly BatchSummary[], look: TableLook) => [
        ...batchTable(entries, look, isLeft),
        ...(isLeft ? ['', ...continueLines(app, entries, reachText(options))] : []),
      ];
      printPage(io, options, 'batches', page, table, { lacksLeader: isLeft });
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

function batchTable(entries: readonly BatchSummary[], look: TableLook, isLeft: boolean): string[] {
  if (entries.length === 0) return ['there is no batch'];
  return textTable(
    [
      'id',
      'name',
      'status',
      'total',
      'succeeded',
      'failed',
      'left out',
      'created',
      'ended',
      'map run of',
    ],
    entries.map((batch) => [
      batch.id,
      batch.name,
      isLeft && batch.status === 'RUNNING' ? `${batch.status}, no leader` : batch.status,
      batch.created,
      batch.succeeded,
      batch.failed + batch.timedOut + batch.aborted,
      batch.leftOut,
      momentText(batch.createdAt),
      momentText(batch.endedAt),
      batch.parentExecutionId,
    ]),
    { look, optional: ['map run of', 'left out', 'ended', 'created'] },
  );
}

interface GetOptions extends AppOptions {
  readonly watch?: boolean;
}

function getCommand(io: Io): Command {
  const command = new Command('get')
    .description('show the figures of a batch')
    .argument(...batchArgument)
    .option('--watch', 'follow its progress until it ends or is paused');
  withExamples(withAppOptions(command), {
    'millrace batch get latest': 'show how far the newest batch is',
    'millrace batch get orders --watch': 'follow the newest batch of a name',
  });
  return command.action((ref: string, options: GetOptions) =>
    withApp(io, command, async (app) => {
      const { id, status } = await app.batches.get(ref);
      if (status === 'RUNNING') await warnWithoutLeader(io, app);
      if (options.watch) await followBatch(io, app, id);
      const report = await app.batches.report(id);
      if (options.json) printJson(io, report);
      else {
        const isLeft = report.status === 'RUNNING' && (await lacksLeader(app));
        const details = [
          ...stateTable(await app.figures.batchStates(id), tableLook(io)),
          ...resultFileLines(await app.batches.resultFile(id)),
        ];
        io.stdout.write(
          batchSummary(report, app.description.store, {
            flags: reachText(options),
            ...(io.paint !== undefined && { paint: io.paint }),
            ...(isLeft && { continueWith: continueCommand(app, report) }),
            details,
          }),
        );
      }
    }),
  );
}

/** Says what became of the file of the option `results`, if there is one. */
function resultFileLines(file: ResultFileRecord | null): string[] {
  if (file === null) return [];
  const { status, output, items, reason } = file;
  return [`results ${status}, ${items} in ${output}${reason === null ? '' : `: ${reason}`}`];
}

interface ChangeOptions extends AppOptions {
  readonly reason?: string;
  readonly hold?: boolean;
}

/** A command that changes one batch. */
interface BatchChange {
  readonly name: string;
  readonly description: string;
  readonly examples: Examples;
  readonly change: (app: Millrace, ref: string, options: ChangeOptions) => Promise<BatchSummary>;
  readonly message: (batch: BatchSummary) => string;
}

const pause: BatchChange = {
  name: 'pause',
  description: 'stop the fan-out of a batch; recorded executions continue, or are held back',
  examples: {
    'millrace batch pause orders': 'pause the newest batch of a name',
    "millrace batch pause latest --hold --reason 'the shop is down'":
      'also keep what has not begun from beginning, retries included',
  },
  change: ({ batches }, ref, { reason, hold }) =>
    batches.pause(ref, {
      ...(reason !== undefined && { reason }),
      ...(hold !== undefined && { hold }),
    }),
  message: ({ onHold }) =>
    onHold
      ? "is paused, and what has not begun is held back; 'batch resume' continues it"
      : "is paused; 'batch resume' continues it",
};

const resume: BatchChange = {
  name: 'resume',
  description: 'continue a paused batch',
  examples: {
    "millrace batch resume orders --reason 'the shop is up again'": 'continue a batch',
  },
  change: ({ batches }, ref, { reason }) => batches.resume(ref, reason),
  message: () => 'is resumed; a leader continues it',
};

const cancel: BatchChange = {
  name: 'cancel',
  description: 'stop a batch and its open executions, and then end it ABORTED',
  examples: { 'millrace batch cancel 01994a3e-6f0c-7000-8000-000000000001': 'cancel a batch' },
  change: ({ batches }, ref, { reason }) => batches.cancel(ref, reason),
  message: ({ endedAt }) =>
    endedAt === null
      ? 'is being cancelled: it ends when its executions have stopped'
      : 'is ABORTED',
};

function changeCommand(io: Io, { name, description, examples, ...rest }: BatchChange): Command {
  const { change, message } = rest;
  const command = new Command(name)
    .description(description)
    .argument(...batchArgument)
    .option('--reason <text>', 'why, for the log of changes');
  if (name === 'pause') {
    command.option('--hold', 'also hold back what has not begun, retries included');
  }
  withExamples(withAppOptions(command), examples);
  return command.action((ref: string, options: ChangeOptions) =>
    withApp(io, command, async (app) => {
      const batch = await change(app, ref, options);
      const { id: batchId, status, reason, onHold } = batch;
      if (options.json) printJson(io, { batchId, status, reason, onHold });
      else printLines(io, [`batch ${batchId} ${message(batch)}`]);
      if (status === 'RUNNING') await warnWithoutLeader(io, app);
    }),
  );
}

interface DeleteOptions extends AppOptions {
  readonly yes?: boolean;
}

function deleteCommand(io: Io): Command {
  const command = new Command('delete')
    .description('permanently delete a batch that has ended, with its executions and figures')
    .argument(...batchArgument)
    .option('--yes', 'confirm; required for a batch that is not named by its id');
  withExamples(withAppOptions(command), {
    'millrace batch delete 01994a3e-6f0c-7000-8000-000000000001': 'delete a batch',
    'millrace batch delete orders --yes': 'delete the newest batch of a name',
  });
  return command.action((ref: string, { json, yes }: DeleteOptions) =>
    withApp(io, command, async ({ batches }) => {
      const { id, created } = await batches.get(ref);
      if (id !== ref && !yes) {
        const what = `the batch ${id} and its ${created} executions`;
        badArgument(`this permanently deletes ${what}; pass --yes to confirm`);
      }
      const { deleted } = await batches.delete(id);
      if (json) printJson(io, { batchId: id, deleted });
      else printLines(io, [`batch ${id} is deleted, with ${deleted} executions`]);
    }),
  );
}
