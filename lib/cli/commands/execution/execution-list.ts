/** The command `millrace execution list`. */
import { Command, Option } from 'commander';
import type { Millrace } from '../../../app/millrace.ts';
import { shortText } from '../../../asl/plain-text.ts';
import { type ExecutionStatus, executionStatuses } from '../../../engine/status.ts';
import type { ListedExecution } from '../../../operations/executions.ts';
import type { ExecutionFilter } from '../../../ports/store/execution-queries.ts';
import type { ExecutionLabels, ExecutionSummary } from '../../../ports/store/execution-store.ts';
import type { LookedPage } from '../../../ports/store/page.ts';
import { checkFilterNames } from '../../check-names.ts';
import { withExamples } from '../../examples.ts';
import type { Io } from '../../io.ts';
import { withApp, withAppOptions } from '../../options/app-options.ts';
import { type LabelOptions, withLabels } from '../../options/label-option.ts';
import { momentOption } from '../../options/time-option.ts';
import { type PageOptions, printPage, toPageRequest, withPageOptions } from '../../paging.ts';
import type { TableLook } from '../../terminal/table-look.ts';
import { momentText, textTable } from '../../text-table.ts';

interface ListOptions extends PageOptions, LabelOptions {
  readonly with?: readonly ('input' | 'output')[];
  readonly machine?: string;
  readonly batch?: string;
  readonly queue?: string;
  readonly status?: readonly ExecutionStatus[];
  readonly name?: string;
  readonly namePrefix?: string;
  readonly error?: string;
  readonly failedState?: string;
  readonly currentState?: string;
  readonly from?: number;
  readonly before?: number;
  readonly endedFrom?: number;
  readonly endedBefore?: number;
}

/** Creates the command. */
export function executionListCommand(io: Io): Command {
  const command = new Command('list')
    .description('list executions, newest first')
    .option('--machine <id>', 'only of this machine')
    .option('--batch <id>', 'only of this batch')
    .option('--queue <name>', 'only of this queue')
    .addOption(
      new Option('--status <status...>', 'only in one of these statuses').choices(
        executionStatuses,
      ),
    )
    .option('--name <name>', 'only those of this name')
    .option('--name-prefix <text>', 'only those whose name begins with this')
    .option('--error <name>', 'only those that ended with this error')
    .option('--failed-state <name>', 'only those that failed in this state')
    .option('--current-state <name>', 'only those that are in this state now')
    .option('--from <time>', 'only those created then or later', momentOption)
    .option('--before <time>', 'only those created earlier', momentOption)
    .option('--ended-from <time>', 'only those that ended then or later', momentOption)
    .option('--ended-before <time>', 'only those that ended earlier', momentOption)
    .addOption(
      new Option('--with <document...>', 'also show these; a page has 100 at most').choices([
        'input',
        'output',
      ]),
    );
  withLabels(command, 'only those with this label');
  withExamples(withAppOptions(withPageOptions(command)), {
    'millrace execution list --label customer=7 --with output':
      'list what was done for a customer, with the outputs',
    'millrace execution list --machine order --status FAILED TIMED_OUT':
      'list the executions that failed',
    'millrace execution list --failed-state Charge --ended-from 2026-11-24':
      'list what has failed in a state since a date',
    'millrace execution list --batch 01994a3e-6f0c-7000-8000-000000000001 --limit 100':
      'list the executions of a batch',
  });
  return command.action((options: ListOptions) =>
    withApp(io, command, async (app) => {
      const filter = toFilter(options);
      if (options.with !== undefined) {
        const shown = await listWithDocuments(app, filter, options, options.with);
        await checkFilterNames(app, shown.entries, options);
        return printPage(io, options, 'executions', shown, executionTable);
      }
      const page = await app.executions.list(filter, toPageRequest(options));
      await checkFilterNames(app, page.entries, options);
      printPage(io, options, 'executions', page, executionTable);
    }),
  );
}

type ShownExecution = ExecutionSummary & Partial<Pick<ListedExecution, 'input' | 'output'>>;

async function listWithDocuments(
  { executions }: Millrace,
  filter: ExecutionFilter,
  options: ListOptions,
  documents: readonly ('input' | 'output')[],
): Promise<LookedPage<ShownExecution>> {
  const page = await executions.listDocuments(filter, toPageRequest(options));
  const entries = page.entries.map(({ input, output, ...summary }) => ({
    ...summary,
    ...(documents.includes('input') && { input }),
    ...(documents.includes('output') && { output }),
  }));
  return { ...page, entries };
}

function toFilter(options: ListOptions): ExecutionFilter {
  const { machine, batch, queue, status, name, namePrefix, error, failedState } = options;
  const { currentState, from, before, endedFrom, endedBefore, label } = options;
  return {
    ...(machine !== undefined && { machineId: machine }),
    ...(batch !== undefined && { batchId: batch }),
    ...(queue !== undefined && { queue }),
    ...(status !== undefined && { statuses: status }),
    ...(name !== undefined && { name }),
    ...(namePrefix !== undefined && { namePrefix }),
    ...(error !== undefined && { error }),
    ...(failedState !== undefined && { failedState }),
    ...(currentState !== undefined && { currentState }),
    ...(from !== undefined && { createdFrom: from }),
    ...(before !== undefined && { createdBefore: before }),
    ...(endedFrom !== undefined && { endedFrom }),
    ...(endedBefore !== undefined && { endedBefore }),
    ...(label !== undefined && { labels: label }),
  };
}

/** Maximum length of a document in a table; `--json` has all of it. */
const documentCharsMax = 60;

function executionTable(entries: readonly ShownExecution[], look: TableLook): string[] {
  if (entries.length === 0) return ['no execution matches'];
  const documents = (['input', 'output'] as const).filter((key) => entries[0]?.[key] !== undefined);
  const hasLabels = entries.some(({ labels }) => labels !== undefined);
  return textTable(
    [
      'id',
      'name',
      'status',
      'queue',
      'error',
      'ended',
      ...(hasLabels ? ['labels'] : []),
      ...documents,
    ],
    entries.map((entry) => [
      entry.id,
      entry.name,
      entry.status,
      entry.queue,
      entry.error,
      momentText(entry.endedAt),
      ...(hasLabels ? [labelsText(entry.labels)] : []),
      ...documents.map((key) => shortText(entry[key]?.text ?? '', documentCharsMax)),
    ]),
    { look, optional: ['ended', 'queue', 'labels'] },
  );
}

function labelsText(labels: ExecutionLabels = {}): string {
  return Object.entries(labels)
    .map(([key, value]) => `${key}=${value}`)
    .join(' ');
}
