/** The command `millrace limit list`. */
import { Command } from 'commander';
import type { LimitOverview } from '../../operations/limits/list-limits.ts';
import { withExamples } from '../examples.ts';
import type { Io } from '../io.ts';
import { wholeNumber, withApp, withAppOptions } from '../options/app-options.ts';
import { showFrames, type WatchOptions, watchHelp } from '../terminal/live-frames.ts';
import { type TableLook, tableLook } from '../terminal/table-look.ts';
import { textTable } from '../text-table.ts';

interface ListOptions extends WatchOptions {
  readonly keys: number;
}

/** Creates the command. */
export function limitCommand(io: Io): Command {
  return new Command('limit')
    .description('show the limits of machines and handlers')
    .addCommand(listCommand(io), { isDefault: true });
}

function listCommand(io: Io): Command {
  const command = new Command('list')
    .description(
      'list the limits: what is in use, what waits, and the keys with most (the default)',
    )
    .option('--keys <n>', 'maximum number of keys of each limit', wholeNumber, 5)
    .option('--watch', watchHelp);
  withExamples(withAppOptions(command), {
    'millrace limit list': 'show what is in use and what waits',
    'millrace limit list --keys 20 --watch': 'follow the twenty busiest keys of each limit',
  });
  return command.action(({ keys, json, watch }: ListOptions) =>
    withApp(io, command, (app) =>
      showFrames(io, {
        read: async () => ({ limits: await app.limits.list(keys) }),
        lines: ({ limits }) => limitTable(limits, tableLook(io)),
        json,
        watch,
      }),
    ),
  );
}

const noLimits =
  'nothing is limited: see limits in docs/configuration.md for machines and handlers';

function limitTable(limits: readonly LimitOverview[], look: TableLook): string[] {
  if (limits.length === 0) return [noLimits];
  return textTable(
    ['of', 'name', 'limit', 'allowed', 'in use', 'waiting', 'longest'],
    limits.flatMap((limit) => [
      [
        limit.kind,
        limit.name,
        limit.limit,
        limit.rate ?? limit.concurrency ?? 'removed',
        limit.rate === null ? limit.inUse : null,
        limit.waiting,
        limit.oldestMs === null ? null : `${Math.ceil(limit.oldestMs / 1_000)} s`,
      ],
      ...limit.keys.map(({ key, inUse, waiting }) => [
        '',
        '',
        `  ${key}`,
        '',
        limit.rate === null ? inUse : null,
        waiting,
        null,
      ]),
    ]),
    { look, optional: ['longest'] },
  );
}
