/** `millrace activity poll | list`: work for workers outside. */
import { Command } from 'commander';
import {
  type AppOptions,
  inspectApp,
  wholeNumber,
  withApp,
  withAppOptions,
} from '../app-options.ts';
import { type Io, printJson, printLines } from '../io.ts';
import { momentText, textTable } from '../text-table.ts';

/** The commands. */
export function activityCommand(io: Io): Command {
  return new Command('activity')
    .description('work of activities')
    .addCommand(pollCommand(io))
    .addCommand(listCommand(io));
}

interface PollOptions extends AppOptions {
  readonly workerName?: string;
  readonly wait?: number;
}

function pollCommand(io: Io): Command {
  const command = new Command('poll')
    .description('take the oldest work, with the task token to answer it by')
    .argument('<name>', "the activity's name")
    .option('--worker-name <name>', 'shown in the history of the execution')
    .option('--wait <seconds>', 'how long to wait for work, up to 60 (default: 60)', wholeNumber);
  return withAppOptions(command).action((name: string, options: PollOptions) =>
    withApp(io, command, async (app) => {
      const { workerName, wait } = options;
      const task = await app.getActivityTask(name, {
        ...(workerName !== undefined && { workerName }),
        ...(wait !== undefined && { waitMs: wait * 1_000 }),
        signal: io.interrupted,
      });
      if (options.json) printJson(io, task);
      else if (task === null) printLines(io, ['no work']);
      else printLines(io, [task.taskToken, JSON.stringify(task.input, null, 2)]);
    }),
  );
}

function listCommand(io: Io): Command {
  const command = new Command('list').description('the activities that have work waiting');
  return withAppOptions(command).action(({ json }: AppOptions) =>
    inspectApp(io, command, async ({ store }) => {
      const activities = await store.listActivities();
      if (json) return printJson(io, { activities });
      if (activities.length === 0) return printLines(io, ['no work waits']);
      const rows = activities.map(({ activity, tasks, oldestAt }) => {
        return [activity, String(tasks), momentText(oldestAt)];
      });
      printLines(io, textTable(['activity', 'tasks', 'oldest'], rows));
    }),
  );
}
