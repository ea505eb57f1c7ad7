/** The command `millrace leader`. */
import { Command } from 'commander';
import { toRunningApp } from '../dev/running-app.ts';
import { withExamples } from '../examples.ts';
import type { Io } from '../io.ts';
import { withConfiguredApp, withServingOptions, withSettings } from '../options/app-options.ts';
import { type DashboardOptions, withDashboard } from '../options/dashboard-options.ts';
import { withHealth } from '../options/health-options.ts';
import { withMetrics } from '../options/metrics-options.ts';
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
  withDashboard(withMetrics(withHealth(withSettings(command, ['ledMachine']))));
  withExamples(withServingOptions(command), {
    'millrace leader --postgres postgres://millrace@db/orders --redis redis:6379':
      'run a leader on PostgreSQL and Redis',
  });
  return command.action((options: DashboardOptions) =>
    withConfiguredApp(io, command, (app) =>
      serve(io, toRunningApp(app), { subject: 'the leader is', roles: ['leader'], options }),
    ),
  );
}
