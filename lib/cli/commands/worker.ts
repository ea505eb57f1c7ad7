/** `millrace worker`: takes tasks from the queues and runs them, until Ctrl-C. */
import { Command } from 'commander';
import { type AppOptions, withApp, withConcurrency, withServingOptions } from '../app-options.ts';
import type { Io } from '../io.ts';
import { serve } from '../serve.ts';

/** The command. */
export function workerCommand(io: Io): Command {
  const command = new Command('worker')
    .description('take tasks from the queues and run them until Ctrl-C')
    .option('--queues <names>', 'serve these alone, by comma; of the configured ones')
    .option('--strict', 'always take from the heaviest queue that has tasks');
  return withServingOptions(withConcurrency(command)).action(({ json }: AppOptions) =>
    withApp(io, command, (app) =>
      serve(io, app, { subject: 'the worker is', parts: ['worker'], json }),
    ),
  );
}
