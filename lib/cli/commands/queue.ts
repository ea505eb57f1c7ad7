/** `millrace queue list | stats | pause | resume | purge | create`: the queues themselves. */
import { Command } from 'commander';
import { taskCountMax } from '../../operations/queue-report.ts';
import type { QueueOverview } from '../../operations/queues.ts';
import { taskStates } from '../../ports/task-store.ts';
import { type AppOptions, inspectApp, withAppOptions } from '../app-options.ts';
import { badArgument } from '../failure.ts';
import { type Io, printJson, printLines } from '../io.ts';
import { textTable } from '../text-table.ts';

/** The commands. */
export function queueCommand(io: Io): Command {
  return new Command('queue')
    .description('look at the queues, stop them and let them go on')
    .addCommand(listCommand(io))
    .addCommand(statsCommand(io))
    .addCommand(pauseCommand(io))
    .addCommand(resumeCommand(io))
    .addCommand(purgeCommand(io))
    .addCommand(createCommand(io));
}

function listCommand(io: Io): Command {
  const command = new Command('list').description('all queues, with what waits in them');
  return withAppOptions(command).action(({ json }: AppOptions) =>
    inspectApp(io, command, async ({ queues }) => {
      const list = await queues.list();
      if (json) printJson(io, { queues: list, tasksCountedUpTo: taskCountMax });
      else printLines(io, queueTable(list));
    }),
  );
}

function queueTable(queues: readonly QueueOverview[]): string[] {
  return textTable(
    [
      ...['queue', 'weight', 'is', 'ready', 'delayed', 'in flight', 'dead', 'oldest'],
      ...['pending', 'active', 'waiting', 'retry', 'archived'],
    ],
    queues.map(({ queue, weight, messages, tasks }) => [
      ...[queue, weight, stateText(messages)],
      ...[messages?.ready ?? null, messages?.delayed ?? null, messages?.inFlight ?? null],
      ...[messages?.dead ?? null, ageText(messages?.oldestMs ?? null)],
      ...[countText(tasks.pending), countText(tasks.active), countText(tasks.waiting)],
      ...[countText(tasks.retry), countText(tasks.archived)],
    ]),
  );
}

function stateText(messages: QueueOverview['messages']): string | null {
  if (messages === null) return null;
  return messages.paused ? 'paused' : 'open';
}

/** Nobody counts on over a long backlog. */
function countText(count: number): string | number {
  return count >= taskCountMax ? `${taskCountMax}+` : count;
}

function ageText(ms: number | null): string | null {
  return ms === null ? null : `${Math.round(ms / 1_000)} s`;
}

function statsCommand(io: Io): Command {
  const command = new Command('stats')
    .description('one queue in full, or all of them')
    .argument('[name]', 'the queue');
  return withAppOptions(command).action((name: string | undefined, { json }: AppOptions) =>
    inspectApp(io, command, async ({ queues, brokerDescription }) => {
      const list = await queues.list(name === undefined ? [] : [name]);
      if (json) return printJson(io, { broker: brokerDescription, queues: list });
      printLines(io, [`broker  ${brokerDescription}`, ...list.flatMap(statsLines)]);
    }),
  );
}

function statsLines({ queue, weight, messages, tasks }: QueueOverview): string[] {
  const told: Readonly<Record<string, string | number | null>> = {
    weight,
    ...(messages && {
      'messages are': stateText(messages),
      ready: messages.ready,
      delayed: messages.delayed,
      'in flight': messages.inFlight,
      'dead letters': messages.dead,
      'oldest ready': ageText(messages.oldestMs),
    }),
    ...Object.fromEntries(taskStates.map((state) => [`tasks ${state}`, countText(tasks[state])])),
  };
  const lines = Object.entries(told).map(([key, value]) => `  ${key.padEnd(16)}  ${value ?? '–'}`);
  return ['', queue, ...lines];
}

function pauseCommand(io: Io): Command {
  const command = new Command('pause')
    .description('have every worker leave these queues alone; what runs runs on')
    .argument('<names...>', 'the queues');
  return withAppOptions(command).action((names: string[], { json }: AppOptions) =>
    inspectApp(io, command, async ({ queues }) => {
      await queues.pause(names);
      if (json) printJson(io, { paused: names });
      else printLines(io, [`paused: ${names.join(', ')}; 'queue resume' lets them go on`]);
    }),
  );
}

function resumeCommand(io: Io): Command {
  const command = new Command('resume')
    .description('have workers take from these queues again')
    .argument('<names...>', 'the queues');
  return withAppOptions(command).action((names: string[], { json }: AppOptions) =>
    inspectApp(io, command, async ({ queues }) => {
      await queues.resume(names);
      if (json) printJson(io, { resumed: names });
      else printLines(io, [`open again: ${names.join(', ')}`]);
    }),
  );
}

interface PurgeOptions extends AppOptions {
  readonly tasks?: boolean;
  readonly yes?: boolean;
}

function purgeCommand(io: Io): Command {
  const command = new Command('purge')
    .description("delete a queue's messages; their tasks are queued again unless --tasks")
    .argument('<name>', 'the queue')
    .option('--tasks', 'abort the tasks too that wait in it')
    .option('--yes', 'do it: there is no way back');
  return withAppOptions(command).action((name: string, options: PurgeOptions) =>
    inspectApp(io, command, async ({ queues }) => {
      const [queue] = await queues.list([name]);
      const { messages = null } = queue ?? {};
      const abortTasks = options.tasks ?? false;
      if (!options.yes) {
        const found = messages === null ? '' : ` (now ${messages.ready} ready)`;
        badArgument(`purge deletes every message of '${name}'${found}: say --yes to do it`);
      }
      const purged = await queues.purge(name, { abortTasks });
      if (options.json) return printJson(io, { queue: name, ...purged });
      printLines(io, [
        `${purged.messages} messages of ${name} are deleted`,
        abortTasks
          ? `${purged.aborted} tasks are asked to abort`
          : 'their tasks stay, and the sweep queues them again; --tasks aborts them',
      ]);
    }),
  );
}

function createCommand(io: Io): Command {
  const command = new Command('create')
    .description('make the queues that are missing at SQS, with their dead-letter queues')
    .argument('[names...]', 'the queues (default: all of the configuration)');
  return withAppOptions(command).action((names: string[], { json }: AppOptions) =>
    inspectApp(io, command, async ({ queues, brokerDescription }) => {
      const created = await queues.create(names.length === 0 ? queues.names : names);
      if (json) return printJson(io, { created: created ?? [] });
      if (created === null) {
        return printLines(io, [`nothing is to be created: ${brokerDescription} makes its queues`]);
      }
      printLines(io, created.length === 0 ? ['nothing is missing'] : created);
    }),
  );
}
