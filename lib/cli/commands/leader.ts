/** The command `millrace leader`. */
import { Command } from 'commander';
import {
  type AppOptions,
  withConfiguredApp,
  withServingOptions,
  withSettings,
} from '../app-options.ts';
import { withExamples } from '../examples.ts';
import type { Io } from '../io.ts';
import { serve } from '../serve.ts';

/** Creates the command. Any number of leaders may run; workers are other processes. */
export function leaderCommand(io: Io): Command {
  return new Command('leader')
    .description('run a leader, which fans batches out')
    .addCommand(startCommand(io), { isDefault: true });
}

function startCommand(io: Io): Command {
  const command = new Command('start').description(
    'fan batches out and recover lost tasks until Ctrl-C (the default)',
  );
  withSettings(command, ['ledMachine']);
  withExamples(withServingOptions(command), {
    'millrace leader --postgres postgres://millrace@db/orders --redis redis:6379':
      'run a leader on PostgreSQL and Redis',
  });
  return command.action(({ json }: AppOptions) =>
    withConfiguredApp(io, command, (app) =>
      serve(io, app, { subject: 'the leader is', roles: ['leader'], json }),
    ),
  );
}
