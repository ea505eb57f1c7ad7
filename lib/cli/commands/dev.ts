/** The command `millrace dev`. */
import { Command } from 'commander';
import { allProcessRoles } from '../../app/process-roles.ts';
import { withAppOptions, withConcurrency, withConfiguredApp } from '../app-options.ts';
import { type DashboardOptions, withDashboard } from '../dashboard-options.ts';
import { withExamples } from '../examples.ts';
import { withHealth } from '../health-options.ts';
import type { Io } from '../io.ts';
import { withMetrics } from '../metrics-options.ts';
import { serve } from '../serve.ts';

/** Creates the command. */
export function devCommand(io: Io): Command {
  const command = new Command('dev').description(
    'run a leader and a worker in one process until Ctrl-C',
  );
  withDashboard(withMetrics(withHealth(command)), true);
  withExamples(withAppOptions(withConcurrency(command)), {
    'millrace dev': 'run everything that is open in the embedded database, with its dashboard',
  });
  return command.action((options: DashboardOptions) =>
    withConfiguredApp(io, command, (app) =>
      serve(io, app, { subject: 'millrace is', roles: allProcessRoles, options }),
    ),
  );
}
