/** The commands `millrace execution list | get | start | history | cancel | redrive`. */
import { Command } from 'commander';
import type { Millrace } from '../../../app/millrace.ts';
import { isObject, type Json } from '../../../asl/json/json.ts';
import type { HistoryEvent } from '../../../engine/history-event.ts';
import type { RedriveOptions } from '../../../operations/executions.ts';
import { withExamples } from '../../examples.ts';
import { executionArgument, fieldLines } from '../../execution-text.ts';
import { type Fail, type Io, printJson, printLines } from '../../io.ts';
import { type AppOptions, withApp, withAppOptions } from '../../options/app-options.ts';
import { executionListCommand } from './execution-list.ts';
import { executionStartCommand } from './execution-start.ts';

/** Creates the commands. */
export function executionCommand(io: Io, fail: Fail): Command {
  return new Command('execution')
    .description('start, inspect, cancel and redrive executions')
    .addCommand(executionListCommand(io))
    .addCommand(getCommand(io))
    .addCommand(executionStartCommand(io, fail))
    .addCommand(historyCommand(io))
    .addCommand(cancelCommand(io))
    .addCommand(redriveCommand(io));
}

function getCommand(io: Io): Command {
  const command = new Command('get')
    .description('show an execution, with its input and output')
    .argument('<id>', executionArgument);
  withExamples(withAppOptions(command), {
    'millrace execution get order:A-7': 'show the execution A-7 of the machine order',
  });
  return command.action((id: string, { json }: AppOptions) =>
    withApp(io, command, async ({ executions }) => {
      const { input, output, ...execution } = await executions.get(id);
      const shown = { ...execution, input, output };
      if (json) printJson(io, shown);
      else printLines(io, fieldLines(shown));
    }),
  );
}

function historyCommand(io: Io): Command {
  const command = new Command('history')
    .description('print the events of an execution; --json has the format of GetExecutionHistory')
    .argument('<id>', executionArgument);
  withExamples(withAppOptions(command), {
    'millrace execution history order:A-7': 'show what an execution did, event by event',
  });
  return command.action((id: string, { json }: AppOptions) =>
    withApp(io, command, async (app) => {
      const { executionId, events } = await readHistory(app, id);
      if (json) return printJson(io, { executionId, events });
      printLines(io, events.length === 0 ? [noHistory] : events.map(eventLine));
    }),
  );
}

const noHistory =
  'no events are recorded: it has not started, or its machine is EXPRESS (see the execution log)';

/** Maximum number of events of one page. */
const eventsPerPage = 1_000;

async function readHistory({ executions }: Millrace, id: string) {
  const events: HistoryEvent[] = [];
  for (let from = 1; ; ) {
    const page = await executions.history(id, { limit: eventsPerPage, from });
    events.push(...page.events);
    if (page.next === null) return { executionId: page.executionId, events };
    from = page.next;
  }
}

/** Maximum length of an event's details in its line; `--json` has all of them. */
const detailCharsMax = 80;

function eventLine(event: HistoryEvent): string {
  const [, details] = Object.entries(event).find(([key]) => key.endsWith('Details')) ?? [];
  const { name, error, resource, output } = toFields(details);
  const text = [name, error, resource, output].find((value) => typeof value === 'string') ?? '';
  const shown = text.length > detailCharsMax ? `${text.slice(0, detailCharsMax - 1)}…` : text;
  const time = new Date(event.timestamp).toISOString().slice(11, 23);
  return `${String(event.id).padStart(4)}  ${time}  ${event.type.padEnd(28)}  ${shown}`.trimEnd();
}

function toFields(details: unknown): Readonly<Record<string, Json>> {
  return isObject(details as Json) ? (details as Record<string, Json>) : {};
}

function cancelCommand(io: Io): Command {
  const command = new Command('cancel')
    .description('stop an execution, whichever worker runs it; it ends ABORTED')
    .argument('<id>', executionArgument);
  withExamples(withAppOptions(command), {
    'millrace execution cancel order:A-7': 'stop an execution',
  });
  return command.action((id: string, { json }: AppOptions) =>
    withApp(io, command, async ({ executions }) => {
      const result = await executions.cancel(id);
      const fate = result.outcome === 'cancelled' ? 'is cancelled' : 'is being stopped';
      if (json) printJson(io, result);
      else printLines(io, [`${result.executionId} ${fate}`]);
    }),
  );
}

function redriveCommand(io: Io): Command {
  const command = new Command('redrive')
    .description('run an execution again that did not succeed, from the state that failed')
    .argument('<id>', executionArgument)
    .option('--latest', 'continue under the newest definition of its machine, to apply a fix');
  withExamples(withAppOptions(command), {
    'millrace execution redrive order:A-7': 'leave a failed execution to the workers again',
    'millrace execution redrive order:A-7 --latest': 'try a corrected definition on it',
  });
  return command.action((id: string, { json, latest = false }: AppOptions & RedriveOptions) =>
    withApp(io, command, async ({ executions }) => {
      const result = await executions.redrive(id, { latest });
      if (json) printJson(io, result);
      else printLines(io, [`${result.executionId} is due now`]);
    }),
  );
}
