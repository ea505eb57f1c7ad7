/** `millrace dev`: every role in one process until Ctrl-C, running whatever is open. */
import { Command } from 'commander';
import { allProcessRoles } from '../../app/process-roles.ts';
import { type AppOptions, withApp, withAppOptions, withConcurrency } from '../app-options.ts';
import type { Io } from '../io.ts';
import { serve } from '../serve.ts';

/** The command. */
export function devCommand(io: Io): Command {
  const command = new Command('dev').description(
    'run leader, worker and the rest in one process until Ctrl-C',
  );
  return withAppOptions(withConcurrency(command)).action(({ json }: AppOptions) =>
    withApp(io, command, (app) =>
      serve(io, app, { subject: 'millrace is', parts: allProcessRoles, json }),
    ),
  );
}
