/** `millrace workers`: which processes work on the store, and what they do. */
import { Command } from 'commander';
import { listProcesses, type ProcessRecord } from '../../operations/workers.ts';
import { type AppOptions, inspectApp, withAppOptions } from '../app-options.ts';
import { type Io, printJson, printLines } from '../io.ts';
import { momentText, textTable } from '../text-table.ts';

/** The command. */
export function workersCommand(io: Io): Command {
  const command = new Command('workers').description(
    'the leaders and workers that are alive, and those lost within the last hour',
  );
  return withAppOptions(command).action(({ json }: AppOptions) =>
    inspectApp(io, command, async ({ store }) => {
      const workers = await listProcesses(store);
      if (json) printJson(io, { workers });
      else printLines(io, workers.length === 0 ? [nobody] : workersTable(workers));
    }),
  );
}

const nobody = "nobody works on this store: start 'millrace leader' and 'millrace worker', or dev";

function workersTable(workers: readonly ProcessRecord[]): string[] {
  return textTable(
    ['id', 'role', 'host', 'pid', 'version', 'queues', 'at once', 'runs', 'started', 'is'],
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
      worker.alive ? 'alive' : `gone for ${Math.round(-worker.expiresInMs / 1_000)} s`,
    ]),
  );
}
