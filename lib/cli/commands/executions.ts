/** `millrace executions list | describe | history`: what ran, and what it did. */
import { Command, Option } from 'commander';
import type { Millrace } from '../../app/millrace.ts';
import { isObject, type Json } from '../../asl/json/json.ts';
import { type ExecutionStatus, executionStatuses } from '../../engine/status.ts';
import { requireExecution, shownExecution } from '../../operations/executions.ts';
import type { ExecutionFilter, ExecutionSummary } from '../../ports/execution-store.ts';
import { type AppOptions, inspectApp, withAppOptions } from '../app-options.ts';
import { executionArgument, fieldLines } from '../execution-text.ts';
import { type Io, printJson, printLines } from '../io.ts';
import { type PageOptions, pageOf, printPage, withPageOptions } from '../paging.ts';
import { momentText, textTable } from '../text-table.ts';

/** The commands. */
export function executionsCommand(io: Io): Command {
  return new Command('executions')
    .description('look at executions')
    .addCommand(listCommand(io))
    .addCommand(describeCommand(io))
    .addCommand(historyCommand(io));
}

interface ListOptions extends PageOptions {
  readonly machine?: string;
  readonly batch?: string;
  readonly status?: ExecutionStatus;
  readonly error?: string;
}

function listCommand(io: Io): Command {
  const command = new Command('list')
    .description('the newest first')
    .option('--machine <id>', 'of this machine only')
    .option('--batch <id>', 'of this batch only')
    .addOption(new Option('--status <status>', 'in this status only').choices(executionStatuses))
    .option('--error <name>', 'ended with this error only');
  return withAppOptions(withPageOptions(command)).action((options: ListOptions) =>
    inspectApp(io, command, async ({ store }) => {
      const page = await store.listExecutions(filterOf(options), pageOf(options));
      printPage(io, options, 'executions', page, executionTable);
    }),
  );
}

function filterOf({ machine, batch, status, error }: ListOptions): ExecutionFilter {
  return {
    ...(machine !== undefined && { machineId: machine }),
    ...(batch !== undefined && { batchId: batch }),
    ...(status !== undefined && { status }),
    ...(error !== undefined && { error }),
  };
}

function executionTable(entries: readonly ExecutionSummary[]): string[] {
  if (entries.length === 0) return ['no execution matches'];
  return textTable(
    ['id', 'name', 'status', 'queue', 'error', 'ended'],
    entries.map(({ id, name, status, queue, error, endedAt }) => [
      id,
      name,
      status,
      queue,
      error,
      momentText(endedAt),
    ]),
  );
}

function describeCommand(io: Io): Command {
  const command = new Command('describe')
    .description('one execution, with its input and output')
    .argument('<id>', executionArgument);
  return withAppOptions(command).action((id: string, { json }: AppOptions) =>
    inspectApp(io, command, async (app) => {
      const { input, output, ...execution } = shownExecution(await requireExecution(app, id));
      const { machineId, machineVersion } = execution;
      const machine = await app.store.getMachine(machineId, machineVersion);
      const shown = { ...execution, machineType: machine?.kind ?? null, input, output };
      if (json) printJson(io, shown);
      else printLines(io, fieldLines(shown));
    }),
  );
}

function historyCommand(io: Io): Command {
  const command = new Command('history')
    .description('what an execution did, event by event')
    .argument('<id>', executionArgument);
  return withAppOptions(command).action((id: string, { json }: AppOptions) =>
    inspectApp(io, command, async (app) => {
      const execution = await requireExecution(app, id);
      const events = await readEvents(app, execution.id);
      if (json) return printJson(io, { executionId: execution.id, events });
      printLines(io, events.length === 0 ? [noHistory] : events.map(eventLine));
    }),
  );
}

const noHistory =
  'no events are recorded: it has not begun, or its machine is EXPRESS (see the execution log)';

/** History chunks read at once; a chunk is the events of one checkpoint. */
const chunksPerRead = 500;

async function readEvents(app: Millrace, executionId: string): Promise<HistoryLine[]> {
  const events: HistoryLine[] = [];
  for (let from = 1; ; from = (events.at(-1)?.id ?? 0) + 1) {
    const chunks = await app.store.readHistory(executionId, from, chunksPerRead);
    if (chunks.length === 0) return events;
    for (const chunk of chunks) events.push(...(JSON.parse(chunk) as HistoryLine[]));
  }
}

/** What is read of an event here: its details stand under a key that depends on its type. */
interface HistoryLine {
  readonly id: number;
  readonly type: string;
  readonly timestamp: number;
  readonly [details: string]: Json;
}

/** Characters of an event's details that its line shows; `--json` shows all. */
const detailMax = 80;

function eventLine(event: HistoryLine): string {
  const details = Object.entries(event).find(([key]) => key.endsWith('Details'))?.[1];
  const { name, error, resource, output } = isObject(details) ? details : {};
  const text = [name, error, resource, output].find((value) => typeof value === 'string') ?? '';
  const shown = text.length > detailMax ? `${text.slice(0, detailMax - 1)}…` : text;
  const time = new Date(event.timestamp).toISOString().slice(11, 23);
  return `${String(event.id).padStart(4)}  ${time}  ${event.type.padEnd(28)}  ${shown}`.trimEnd();
}
