/** The commands `millrace activity list | poll`. */
import { Command } from 'commander';
import { withExamples } from '../examples.ts';
import { type Io, jsonLines, printJson, printLines } from '../io.ts';
import {
  type AppOptions,
  wholeNumber,
  withApp,
  withAppOptions,
  withConfiguredApp,
} from '../options/app-options.ts';
import { tableLook } from '../terminal/table-look.ts';
import { momentText, textTable } from '../text-table.ts';

/** Creates the commands. */
export function activityCommand(io: Io): Command {
  return new Command('activity')
    .description('list and poll the work of activities')
    .addCommand(listCommand(io))
    .addCommand(pollCommand(io));
}

function listCommand(io: Io): Command {
  const command = new Command('list').description('list the activities that have work waiting');
  withExamples(withAppOptions(command), {
    'millrace activity list': 'show how much work waits for external workers',
  });
  return command.action(({ json }: AppOptions) =>
    withApp(io, command, async (app) => {
      const activities = await app.activities.list();
      if (json) return printJson(io, { activities });
      if (activities.length === 0) return printLines(io, ['no activity has work waiting']);
      const rows = activities.map(({ activity, tasks, oldestAt }) => {
        return [activity, String(tasks), momentText(oldestAt)];
      });
      printLines(io, textTable(['activity', 'tasks', 'oldest'], rows, { look: tableLook(io) }));
    }),
  );
}

interface PollOptions extends AppOptions {
  readonly workerName?: string;
  readonly wait?: number;
}

function pollCommand(io: Io): Command {
  const command = new Command('poll')
    .description('take the oldest work of an activity, and print the task token that answers it')
    .argument('<name>', "the activity's name")
    .option('--worker-name <name>', "name that is shown in the execution's history")
    .option('--wait <seconds>', 'maximum wait for work, up to 60 (default: 60)', wholeNumber);
  withExamples(withAppOptions(command), {
    'millrace activity poll approve --worker-name ada --wait 10':
      'wait ten seconds for something to approve',
  });
  return command.action((name: string, options: PollOptions) =>
    withConfiguredApp(io, command, async ({ activities }) => {
      const { workerName, wait } = options;
      const task = await activities.poll(name, {
        ...(workerName !== undefined && { workerName }),
        ...(wait !== undefined && { waitMs: wait * 1_000 }),
        signal: io.interrupted,
      });
      if (options.json) printJson(io, task);
      else if (task === null) printLines(io, ['no work']);
      else printLines(io, [task.taskToken, ...jsonLines(task.input)]);
    }),
  );
}
