/**
 * `millrace leader`: fans batches out to the queues and looks after what is lost, until Ctrl-C.
 * Workers are other processes; any number of leaders may run.
 */
import { Command } from 'commander';
import { type AppOptions, withApp, withServingOptions } from '../app-options.ts';
import type { Io } from '../io.ts';
import { serve } from '../serve.ts';

/** The command. */
export function leaderCommand(io: Io): Command {
  const command = new Command('leader')
    .description('fan batches out, and look after what is lost, until Ctrl-C')
    .option('--sm-id <machine>', 'lead the batches of this machine alone');
  return withServingOptions(command).action(({ json }: AppOptions) =>
    withApp(io, command, (app) =>
      serve(io, app, { subject: 'the leader is', parts: ['leader'], json }),
    ),
  );
}
