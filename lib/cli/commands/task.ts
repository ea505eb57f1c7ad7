/**
 * `millrace task list | get | enqueue | run | archive | delete | cancel`: single tasks of queues,
 * and orders about them.
 */
import { Command, Option } from 'commander';
import type { Millrace } from '../../app/millrace.ts';
import { cancelTasks } from '../../operations/cancel-tasks.ts';
import { executionIdOf, shownExecution } from '../../operations/executions.ts';
import { type TaskOutcome, unknownTask } from '../../operations/tasks.ts';
import { pause } from '../../ports/clock.ts';
import { type TaskState, type TaskSummary, taskStates } from '../../ports/task-store.ts';
import { type AppOptions, inspectApp, withAppOptions } from '../app-options.ts';
import { executionArgument, fieldLines } from '../execution-text.ts';
import { badArgument, exitStatus } from '../failure.ts';
import { type Io, printJson, printLines } from '../io.ts';
import { type PageOptions, pageOf, printPage, withPageOptions } from '../paging.ts';
import { askPatiently } from '../patience.ts';
import { momentText, textTable } from '../text-table.ts';
import { enqueueCommand } from './task-enqueue.ts';

/** The commands; `fail` is given the exit status of an order that was not carried out. */
export function taskCommand(io: Io, fail: (status: number) => void): Command {
  return new Command('task')
    .description('look at single tasks, queue some, run, stop or delete them')
    .addCommand(listCommand(io))
    .addCommand(getCommand(io, fail))
    .addCommand(enqueueCommand(io))
    .addCommand(orderCommand(io, fail, 'run'))
    .addCommand(orderCommand(io, fail, 'archive'))
    .addCommand(deleteCommand(io, fail))
    .addCommand(cancelCommand(io, fail));
}

interface ListOptions extends PageOptions {
  readonly queue?: string;
  readonly machine?: string;
  readonly state: TaskState;
}

function listCommand(io: Io): Command {
  const command = new Command('list')
    .description('the tasks in one state, the newest first')
    .option('--queue <name>', 'of this queue only')
    .addOption(
      new Option('--state <state>', 'in this state').choices(taskStates).default('pending'),
    )
    .option('--machine <id>', 'of this machine only');
  return withAppOptions(withPageOptions(command)).action((options: ListOptions) =>
    inspectApp(io, command, async ({ store, queues }) => {
      const { queue, machine, state } = options;
      queues.require(queue === undefined ? [] : [queue]);
      const filter = {
        state,
        ...(queue !== undefined && { queue }),
        ...(machine !== undefined && { machineId: machine }),
      };
      const page = await store.listTasks(filter, pageOf(options));
      printPage(io, options, 'tasks', page, (entries) => taskTable(entries, state));
    }),
  );
}

function taskTable(entries: readonly TaskSummary[], state: TaskState): string[] {
  if (entries.length === 0) return [`no task is ${state}`];
  return textTable(
    ['id', 'machine', 'name', 'queue', 'tries', 'created', 'due', 'worker', 'error'],
    entries.map((task) => [
      ...[task.id, task.machineId, task.name, task.queue, task.attempts],
      ...[momentText(task.createdAt), momentText(task.dueAt), task.workerId, task.error],
    ]),
  );
}

function getCommand(io: Io, fail: (status: number) => void): Command {
  const command = new Command('get')
    .description('everything about one task')
    .argument('<id>', executionArgument);
  return withAppOptions(command).action((id: string, { json }: AppOptions) =>
    inspectApp(io, command, async (app) => {
      const task = await app.store.getTask(await executionIdOf(app, id));
      if (task === null) {
        fail(exitStatus.workFailed);
        return tellOutcomes(io, json, [{ id, done: false, told: unknownTask }]);
      }
      const shown = shownExecution(task);
      if (json) printJson(io, shown);
      else printLines(io, fieldLines(shown));
    }),
  );
}

const orderTexts = {
  run: 'make tasks due now; what failed runs again from the state that failed',
  archive: 'end tasks that nobody has in hand, and put them into the archive',
} as const;

function orderCommand(
  io: Io,
  fail: (status: number) => void,
  order: keyof typeof orderTexts,
): Command {
  const command = withTasks(new Command(order).description(orderTexts[order]));
  return command.action((names: string[], { json }: AppOptions) =>
    inspectApp(io, command, async (app) => {
      const outcomes = await app.tasks[order](await idsOf(app, names));
      settle(io, fail, json, outcomes);
    }),
  );
}

interface DeleteOptions extends AppOptions {
  readonly yes?: boolean;
}

function deleteCommand(io: Io, fail: (status: number) => void): Command {
  const command = withTasks(
    new Command('delete')
      .description('delete tasks that have ended or never began, with their history')
      .option('--yes', 'do it: there is no way back; needed for more than one'),
  );
  return command.action((names: string[], { json, yes }: DeleteOptions) => {
    if (names.length > 1 && !yes) {
      badArgument(`this deletes ${names.length} tasks with their history: say --yes to do it`);
    }
    return inspectApp(io, command, async (app) => {
      settle(io, fail, json, await app.tasks.delete(await idsOf(app, names)));
    });
  });
}

interface CancelOptions extends AppOptions {
  readonly wait?: boolean;
}

function cancelCommand(io: Io, fail: (status: number) => void): Command {
  const command = withTasks(
    new Command('cancel')
      .description('stop tasks, on whichever worker they run')
      .option('--wait', 'until they have stopped'),
  );
  return command.action((names: string[], { json, wait }: CancelOptions) =>
    inspectApp(io, command, async (app) => {
      const outcomes = await cancelTasks(app.queueClient(), await idsOf(app, names));
      if (wait) {
        for (const [index, outcome] of outcomes.entries()) {
          if (outcome.done) outcomes[index] = await followToEnd(io, app, outcome);
        }
      }
      settle(io, fail, json, outcomes);
    }),
  );
}

/** How often a task is looked at whose end is waited for, in milliseconds. */
const lookMs = 100;

async function followToEnd(io: Io, app: Millrace, asked: TaskOutcome): Promise<TaskOutcome> {
  const { id } = asked;
  while (!io.interrupted.aborted) {
    const ask = () => app.store.getExecution(id);
    const execution = await askPatiently(app.clock, io.interrupted, ask);
    if (execution === null) return { id, done: true, told: 'has been deleted' };
    const { status, endedAt } = execution;
    if (endedAt !== null) return { id, done: status === 'ABORTED', told: `has ended ${status}` };
    await pause(app.clock, lookMs, io.interrupted);
  }
  return asked;
}

function withTasks(command: Command): Command {
  return withAppOptions(command).argument('<ids...>', executionArgument);
}

async function idsOf(app: Millrace, names: readonly string[]): Promise<string[]> {
  const ids: string[] = [];
  for (const name of names) ids.push(await executionIdOf(app, name));
  return ids;
}

function settle(
  io: Io,
  fail: (status: number) => void,
  json: boolean | undefined,
  outcomes: readonly TaskOutcome[],
): void {
  tellOutcomes(io, json, outcomes);
  if (outcomes.some(({ done }) => !done)) fail(exitStatus.workFailed);
}

/** What was done is the result; what was not is told on stderr. */
function tellOutcomes(io: Io, json: boolean | undefined, outcomes: readonly TaskOutcome[]): void {
  if (json) {
    printJson(io, { tasks: outcomes });
    return;
  }
  for (const { id, done, told } of outcomes) {
    if (done) printLines(io, [`${id} ${told}`]);
    else io.stderr.write(`millrace: ${id} ${told}\n`);
  }
}
