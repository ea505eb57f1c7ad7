/** The command `millrace top`. */
import { Command } from 'commander';
import { machineClock } from '../../app/machine-clock.ts';
import { withExamples } from '../examples.ts';
import type { Io } from '../io.ts';
import { type AppOptions, withApp, withAppOptions } from '../options/app-options.ts';
import { showFrames } from '../terminal/live-frames.ts';
import { tableLook } from '../terminal/table-look.ts';
import { type TopOrder, topFrame, topOrders } from './top-frame.ts';
import { TopReader } from './top-model.ts';

interface TopOptions extends AppOptions {
  readonly once?: boolean;
}

/** Creates the command. */
export function topCommand(io: Io): Command {
  const command = new Command('top')
    .description('show queues, batches and workers, live, until q or Ctrl-C')
    .option('--once', 'show them once; what a pipe gets in any case');
  withExamples(withAppOptions(command), {
    'millrace top --postgres postgres://millrace@db/orders --redis redis:6379':
      'look at an app on PostgreSQL and Redis',
    'millrace top --once --json': 'print everything once, for a script',
  });
  return command.action(({ once, json }: TopOptions) =>
    withApp(io, command, (app) => {
      const reader = new TopReader(app, () => machineClock.now());
      let order: TopOrder = topOrders[0];
      return showFrames(io, {
        read: () => reader.read(),
        lines: (model) => topFrame(model, { look: tableLook(io), order, rows: io.stdout.rows }),
        json,
        watch: !once && io.stdout.isTTY === true,
        onKey: (key) => {
          if (key !== 's') return false;
          order = topOrders[(topOrders.indexOf(order) + 1) % topOrders.length] ?? topOrders[0];
          return true;
        },
      });
    }),
  );
}
