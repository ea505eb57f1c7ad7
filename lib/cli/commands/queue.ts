/** The commands `millrace queue list | get | create | pause | resume | purge`. */
import { Command } from 'commander';
import { taskCountMax } from '../../operations/queue-report.ts';
import type { QueueOverview } from '../../operations/queues.ts';
import { queueTaskStates } from '../../ports/store/task-store.ts';
import { withExamples } from '../examples.ts';
import { badArgument } from '../failure.ts';
import { type Io, printJson, printLines } from '../io.ts';
import { type AppOptions, withApp, withAppOptions } from '../options/app-options.ts';
import { showFrames, type WatchOptions, watchHelp } from '../terminal/live-frames.ts';
import { type TableLook, tableLook } from '../terminal/table-look.ts';
import { momentText, textTable } from '../text-table.ts';

/** Creates the commands. */
export function queueCommand(io: Io): Command {
  return new Command('queue')
    .description('list, create, pause, resume and purge queues')
    .addCommand(listCommand(io))
    .addCommand(getCommand(io))
    .addCommand(createCommand(io))
    .addCommand(pauseCommand(io))
    .addCommand(resumeCommand(io))
    .addCommand(purgeCommand(io));
}

function listCommand(io: Io): Command {
  const command = new Command('list')
    .description('list all queues, with their messages and tasks')
    .option('--watch', watchHelp);
  withExamples(withAppOptions(command), {
    'millrace queue list': 'show what waits in each queue',
    'millrace queue list --watch': 'follow it',
  });
  return command.action(({ json, watch }: WatchOptions) =>
    withApp(io, command, (app) =>
      showFrames(io, {
        read: async () => ({ queues: await app.queues.list(), tasksCountedUpTo: taskCountMax }),
        lines: ({ queues }) => queueTable(queues, tableLook(io)),
        json,
        watch,
      }),
    ),
  );
}

const queueColumns = [
  'queue',
  'weight',
  'state',
  'ready',
  'delayed',
  'in flight',
  'dead',
  'oldest',
  'pending',
  'active',
  'waiting',
  'retry',
  'archived',
];

function queueTable(queues: readonly QueueOverview[], look: TableLook): string[] {
  return textTable(
    queueColumns,
    queues.map(({ queue, weight, messages, tasks }) => [
      queue,
      weight,
      stateText(messages),
      messages?.ready ?? null,
      messages?.delayed ?? null,
      messages?.inFlight ?? null,
      messages?.dead ?? null,
      ageText(messages?.oldestMs ?? null),
      countText(tasks.pending),
      countText(tasks.active),
      countText(tasks.waiting),
      countText(tasks.retry),
      countText(tasks.archived),
    ]),
    {
      look,
      optional: [
        'weight',
        'archived',
        'oldest',
        'retry',
        'waiting',
        'active',
        'pending',
        'delayed',
        'dead',
      ],
    },
  );
}

function stateText(messages: QueueOverview['messages']): string | null {
  if (messages === null) return null;
  return messages.paused ? 'paused' : 'open';
}

/** A count stops at its maximum, so that a long backlog stays cheap. */
function countText(count: number): string | number {
  return count >= taskCountMax ? `${taskCountMax}+` : count;
}

function ageText(ms: number | null): string | null {
  return ms === null ? null : `${Math.round(ms / 1_000)} s`;
}

function getCommand(io: Io): Command {
  const command = new Command('get')
    .description('show a queue, with its messages and tasks')
    .argument('<name>', 'the queue');
  withExamples(withAppOptions(command), {
    'millrace queue get critical': 'show the figures of a queue',
  });
  return command.action((name: string, { json }: AppOptions) =>
    withApp(io, command, async (app) => {
      const queue = await app.queues.get(name);
      const { broker } = app.description;
      if (json) printJson(io, { broker, ...queue });
      else printLines(io, queueLines(queue, broker));
    }),
  );
}

function queueLines(overview: QueueOverview, broker: string): string[] {
  const { queue, weight, messages, pausedSince, tasks } = overview;
  const fields: Readonly<Record<string, string | number | null>> = {
    queue,
    broker,
    weight,
    ...(messages && {
      state: stateText(messages),
      ...(pausedSince && {
        'paused since': momentText(pausedSince.at),
        'paused by': pausedSince.by,
        reason: pausedSince.reason,
      }),
      ready: messages.ready,
      delayed: messages.delayed,
      'in flight': messages.inFlight,
      'dead letters': messages.dead,
      'oldest ready': ageText(messages.oldestMs),
    }),
    ...Object.fromEntries(
      queueTaskStates.map((state) => [`tasks ${state}`, countText(tasks[state])]),
    ),
  };
  return Object.entries(fields).map(([key, value]) => `${key.padEnd(16)}  ${value ?? '–'}`);
}

function createCommand(io: Io): Command {
  const command = new Command('create')
    .description('create the missing queues at SQS, with their dead-letter queues')
    .argument('[names...]', 'the queues (default: all of the configuration)');
  withExamples(withAppOptions(command), {
    'millrace queue create --broker sqs': 'create every queue of the configuration',
  });
  return command.action((names: string[], { json }: AppOptions) =>
    withApp(io, command, async ({ queues, description }) => {
      const created = await queues.create(names.length === 0 ? queues.names : names);
      if (json) return printJson(io, { created: created ?? [] });
      if (created === null) {
        return printLines(io, [`nothing to create: ${description.broker} creates its queues`]);
      }
      printLines(io, created.length === 0 ? ['nothing is missing'] : created);
    }),
  );
}

interface PauseOptions extends AppOptions {
  readonly reason?: string;
}

function pauseCommand(io: Io): Command {
  const command = new Command('pause')
    .description('stop all workers from taking tasks from these queues; running tasks continue')
    .argument('<names...>', 'the queues')
    .option('--reason <text>', 'why, for the log of changes and the list of queues');
  withExamples(withAppOptions(command), {
    "millrace queue pause low default --reason 'card service down'": 'pause two queues',
  });
  return command.action((names: string[], { json, reason }: PauseOptions) =>
    withApp(io, command, async ({ queues }) => {
      await queues.pause(names, reason);
      if (json) printJson(io, { paused: names });
      else printLines(io, [`paused: ${names.join(', ')}; 'queue resume' resumes them`]);
    }),
  );
}

function resumeCommand(io: Io): Command {
  const command = new Command('resume')
    .description('let workers take tasks from these queues again')
    .argument('<names...>', 'the queues');
  withExamples(withAppOptions(command), {
    'millrace queue resume low default': 'resume two queues',
  });
  return command.action((names: string[], { json }: AppOptions) =>
    withApp(io, command, async ({ queues }) => {
      await queues.resume(names);
      if (json) printJson(io, { resumed: names });
      else printLines(io, [`resumed: ${names.join(', ')}`]);
    }),
  );
}

interface PurgeOptions extends AppOptions {
  readonly tasks?: boolean;
  readonly yes?: boolean;
}

function purgeCommand(io: Io): Command {
  const command = new Command('purge')
    .description('delete the messages of a queue; its tasks are queued again unless --tasks')
    .argument('<name>', 'the queue')
    .option('--tasks', 'also cancel the tasks that wait in it')
    .option('--yes', 'confirm');
  withExamples(withAppOptions(command), {
    'millrace queue purge low --yes': 'delete the messages; the tasks are queued again',
    'millrace queue purge low --tasks --yes': 'delete the messages and cancel the tasks',
  });
  return command.action((name: string, options: PurgeOptions) =>
    withApp(io, command, async ({ queues }) => {
      const { messages } = await queues.get(name);
      const cancelTasks = options.tasks ?? false;
      if (!options.yes) {
        const found = messages === null ? '' : ` (${messages.ready} ready now)`;
        badArgument(`this deletes every message of '${name}'${found}; pass --yes to confirm`);
      }
      const purged = await queues.purge(name, { cancelTasks });
      if (options.json) return printJson(io, { queue: name, ...purged });
      printLines(io, [
        `${purged.messages} messages of ${name} are deleted`,
        cancelTasks
          ? `${purged.cancelled} tasks are being stopped`
          : 'their tasks stay and are queued again; --tasks cancels them',
      ]);
    }),
  );
}
