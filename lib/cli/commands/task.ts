/** The commands `millrace task list | get | enqueue | redrive | archive | delete | cancel`. */
import { Command, Option } from 'commander';
import type { Millrace } from '../../app/millrace.ts';
import type { TaskOutcome } from '../../operations/tasks.ts';
import {
  type QueueTaskState,
  queueTaskStates,
  type TaskSummary,
} from '../../ports/store/task-store.ts';
import { checkFilterNames } from '../check-names.ts';
import { withExamples } from '../examples.ts';
import { executionArgument, fieldLines } from '../execution-text.ts';
import { badArgument, exitStatus } from '../failure.ts';
import { type Fail, type Io, printJson, printLines, printNote } from '../io.ts';
import { type AppOptions, withApp, withAppOptions } from '../options/app-options.ts';
import { type PageOptions, printPage, toPageRequest, withPageOptions } from '../paging.ts';
import type { TableLook } from '../terminal/table-look.ts';
import { momentText, textTable } from '../text-table.ts';
import { taskEnqueueCommand } from './task-enqueue.ts';

/** Creates the commands. */
export function taskCommand(io: Io, fail: Fail): Command {
  return new Command('task')
    .description('queue, inspect, redrive, archive, cancel and delete tasks of the queues')
    .addCommand(listCommand(io))
    .addCommand(getCommand(io))
    .addCommand(taskEnqueueCommand(io))
    .addCommand(redriveCommand(io, fail))
    .addCommand(archiveCommand(io, fail))
    .addCommand(deleteCommand(io, fail))
    .addCommand(cancelCommand(io, fail));
}

interface ListOptions extends PageOptions {
  readonly queue?: string;
  readonly machine?: string;
  readonly state: QueueTaskState;
}

function listCommand(io: Io): Command {
  const command = new Command('list')
    .description('list the tasks in one state, newest first')
    .option('--queue <name>', 'only of this queue')
    .addOption(
      new Option('--state <state>', 'the state').choices(queueTaskStates).default('pending'),
    )
    .option('--machine <id>', 'only of this machine');
  withExamples(withAppOptions(withPageOptions(command)), {
    'millrace task list --queue critical --state active': 'list what runs of a queue',
    'millrace task list --state scheduled --machine order': 'list the scheduled tasks of a machine',
  });
  return command.action((options: ListOptions) =>
    withApp(io, command, async (app) => {
      const { queue, machine, state } = options;
      const filter = {
        state,
        ...(queue !== undefined && { queue }),
        ...(machine !== undefined && { machineId: machine }),
      };
      const page = await app.tasks.list(filter, toPageRequest(options));
      await checkFilterNames(app, page.entries, options);
      printPage(io, options, 'tasks', page, (entries, look) => taskTable(entries, state, look));
    }),
  );
}

function taskTable(
  entries: readonly TaskSummary[],
  state: QueueTaskState,
  look: TableLook,
): string[] {
  if (entries.length === 0) return [`no task is ${state}`];
  return textTable(
    ['id', 'machine', 'name', 'queue', 'attempts', 'created', 'due', 'worker', 'error'],
    entries.map((task) => [
      task.id,
      task.machineId,
      task.name,
      task.queue,
      task.attempts,
      momentText(task.createdAt),
      momentText(task.dueAt),
      task.workerId,
      task.error,
    ]),
    { look, optional: ['worker', 'due', 'created', 'attempts', 'machine'] },
  );
}

function getCommand(io: Io): Command {
  const command = new Command('get').description('show a task').argument('<id>', executionArgument);
  withExamples(withAppOptions(command), {
    'millrace task get order:A-7': 'show the state of a task, and who runs it',
  });
  return command.action((id: string, { json }: AppOptions) =>
    withApp(io, command, async ({ tasks }) => {
      const task = await tasks.get(id);
      if (json) printJson(io, task);
      else printLines(io, fieldLines(task));
    }),
  );
}

function redriveCommand(io: Io, fail: Fail): Command {
  const command = withTasks('redrive').description(
    'make tasks due now; a failed task runs again from the state that failed',
  );
  withExamples(command, {
    'millrace task redrive order:A-7': 'run a failed or scheduled task now',
  });
  return command.action((ids: string[], { json }: AppOptions) =>
    withApp(io, command, async ({ tasks }) => {
      printOutcomes(io, fail, json, await tasks.redrive(ids));
    }),
  );
}

function archiveCommand(io: Io, fail: Fail): Command {
  const command = withTasks('archive').description(
    'move tasks that no worker holds to the archive',
  );
  withExamples(command, {
    'millrace task archive order:A-7 order:A-8': 'archive two tasks, to be redriven later',
  });
  return command.action((ids: string[], { json }: AppOptions) =>
    withApp(io, command, async ({ tasks }) => {
      printOutcomes(io, fail, json, await tasks.archive(ids));
    }),
  );
}

interface DeleteOptions extends AppOptions {
  readonly yes?: boolean;
}

function deleteCommand(io: Io, fail: Fail): Command {
  const command = withTasks('delete')
    .description('delete tasks that have ended or never started, with their history')
    .option('--yes', 'confirm; required for more than one task');
  withExamples(command, {
    'millrace task delete order:A-7': 'delete a task and its history',
  });
  return command.action((ids: string[], { json, yes }: DeleteOptions) => {
    if (ids.length > 1 && !yes) {
      badArgument(`this deletes ${ids.length} tasks and their history; pass --yes to confirm`);
    }
    return withApp(io, command, async ({ tasks }) => {
      printOutcomes(io, fail, json, await tasks.delete(ids));
    });
  });
}

interface CancelOptions extends AppOptions {
  readonly wait?: boolean;
}

function cancelCommand(io: Io, fail: Fail): Command {
  const command = withTasks('cancel')
    .description('stop tasks, whichever worker runs them; they end ABORTED')
    .option('--wait', 'wait until they have stopped');
  withExamples(command, {
    'millrace task cancel order:A-7 --wait': 'stop a task, and wait until it has stopped',
  });
  return command.action((ids: string[], { json, wait }: CancelOptions) =>
    withApp(io, command, async (app) => {
      const outcomes = await app.tasks.cancel(ids);
      if (wait) {
        for (const [index, outcome] of outcomes.entries()) {
          if (outcome.done) outcomes[index] = await waitForEnd(io, app, outcome);
        }
      }
      printOutcomes(io, fail, json, outcomes);
    }),
  );
}

/** Returns how a cancelled task has ended; its outcome so far when the wait is interrupted. */
async function waitForEnd(io: Io, app: Millrace, outcome: TaskOutcome): Promise<TaskOutcome> {
  const { id } = outcome;
  const execution = await app.executions.wait(id, { signal: io.interrupted });
  if (execution === null) return { id, done: true, message: 'has been deleted' };
  const { status, endedAt } = execution;
  if (endedAt === null) return outcome;
  return { id, done: status === 'ABORTED', message: `has ended ${status}` };
}

function withTasks(name: string): Command {
  return withAppOptions(new Command(name)).argument('<ids...>', executionArgument);
}

/** Prints what was done on stdout, and what was not on stderr. */
function printOutcomes(
  io: Io,
  fail: Fail,
  json: boolean | undefined,
  outcomes: readonly TaskOutcome[],
): void {
  if (outcomes.some(({ done }) => !done)) fail(exitStatus.workFailed);
  if (json) {
    printJson(io, { tasks: outcomes });
    return;
  }
  for (const { id, done, message } of outcomes) {
    if (done) printLines(io, [`${id} ${message}`]);
    else printNote(io, `millrace: ${id} ${message}`);
  }
}
