/** The commands `millrace worker [start] | list`. */
import { Command } from 'commander';
import type { ListedWorker } from '../../operations/workers.ts';
import { toRunningApp } from '../dev/running-app.ts';
import { withExamples } from '../examples.ts';
import type { Io } from '../io.ts';
import {
  withApp,
  withAppOptions,
  withConcurrency,
  withConfiguredApp,
  withServingOptions,
  withSettings,
} from '../options/app-options.ts';
import { type DashboardOptions, withDashboard } from '../options/dashboard-options.ts';
import { withHealth } from '../options/health-options.ts';
import { withMetrics } from '../options/metrics-options.ts';
import { serve } from '../serve.ts';
import { showFrames, type WatchOptions, watchHelp } from '../terminal/live-frames.ts';
import { type TableLook, tableLook } from '../terminal/table-look.ts';
import { momentText, textTable } from '../text-table.ts';

/** Creates the commands. */
export function workerCommand(io: Io): Command {
  return new Command('worker')
    .description('run a worker, or list the leaders and workers')
    .addCommand(startCommand(io), { isDefault: true })
    .addCommand(listCommand(io));
}

function startCommand(io: Io): Command {
  const command = new Command('start').description(
    'take tasks from the queues and run them until Ctrl-C (the default)',
  );
  withDashboard(withMetrics(withHealth(withSettings(command, ['servedQueues', 'strictPriority']))));
  withExamples(withServingOptions(withConcurrency(command)), {
    'millrace worker --postgres postgres://millrace@db/orders --redis redis:6379':
      'run a worker on PostgreSQL and Redis',
    'millrace worker --queues critical,default --concurrency 100':
      'serve two of the queues, 100 executions at once',
  });
  return command.action((options: DashboardOptions) =>
    withConfiguredApp(io, command, (app) =>
      serve(io, toRunningApp(app), { subject: 'the worker is', roles: ['worker'], options }),
    ),
  );
}

function listCommand(io: Io): Command {
  const command = new Command('list')
    .description('list leaders and workers: those alive, and those lost within the last hour')
    .option('--watch', watchHelp);
  withExamples(withAppOptions(command), {
    'millrace worker list': 'show which processes are alive, and what they run',
    'millrace worker list --watch': 'follow them',
  });
  return command.action(({ json, watch }: WatchOptions) =>
    withApp(io, command, (app) =>
      showFrames(io, {
        read: async () => ({ workers: await app.workers.list() }),
        lines: ({ workers }) => workerTable(workers, tableLook(io)),
        json,
        watch,
      }),
    ),
  );
}

const noWorkers =
  "no leader or worker is alive: start 'millrace leader' and 'millrace worker', or dev";

function workerTable(workers: readonly ListedWorker[], look: TableLook): string[] {
  if (workers.length === 0) return [noWorkers];
  return textTable(
    ['id', 'role', 'host', 'pid', 'version', 'queues', 'max', 'running', 'started', 'state'],
    workers.map((worker) => [
      worker.workerId,
      worker.role,
      worker.host,
      worker.pid,
      worker.version,
      worker.queues.join(','),
      worker.concurrency,
      worker.running,
      momentText(worker.startedAt),
      worker.alive ? 'alive' : `lost ${Math.round(-worker.expiresInMs / 1_000)} s ago`,
    ]),
    { look, optional: ['version', 'started', 'queues', 'pid', 'host'] },
  );
}
