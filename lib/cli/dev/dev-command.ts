/** The command `millrace dev`. */
import { resolve } from 'node:path';
import { Command } from 'commander';
import { machineClock } from '../../app/machine-clock.ts';
import { type Millrace, openMillrace } from '../../app/millrace.ts';
import { allProcessRoles } from '../../app/process-roles.ts';
import type { MillraceConfig } from '../../config/config.ts';
import { loadConfig } from '../../config/loading/load-config.ts';
import {
  type CommandConfig,
  toOpenOptions,
  withAppOptions,
  withConcurrency,
  withConfiguredApp,
} from '../app-options.ts';
import { type DashboardOptions, withDashboard } from '../dashboard-options.ts';
import { withExamples } from '../examples.ts';
import { withHealth } from '../health-options.ts';
import type { Io } from '../io.ts';
import { withMetrics } from '../metrics-options.ts';
import { serve } from '../serve.ts';
import { DevSession } from './dev-session.ts';
import { isCode, watchFiles } from './watch-files.ts';
import { watchParent } from './watch-parent.ts';

interface DevOptions extends DashboardOptions {
  readonly reload: boolean;
}

/** Creates the command. */
export function devCommand(io: Io): Command {
  const command = new Command('dev')
    .description('run a leader and a worker in one process, and reload what changes, until Ctrl-C')
    .option('--no-reload', 'keep the app as it is when its files change');
  withDashboard(withMetrics(withHealth(command)), true);
  withExamples(withAppOptions(withConcurrency(command)), {
    'millrace dev': 'run everything that is open in the embedded database, with its dashboard',
    'millrace dev --no-reload --no-dashboard': 'run it as a leader and a worker would',
  });
  return command.action((options: DevOptions) =>
    withConfiguredApp(io, command, (app, loaded) => runDev(io, command, { app, loaded, options })),
  );
}

/** An app that is open, and the call that it is open for. */
interface DevRun {
  readonly app: Millrace;
  readonly loaded: CommandConfig;
  readonly options: DevOptions;
}

/** Runs until it is interrupted, or the process ends that has started this one. */
async function runDev(io: Io, command: Command, { app, loaded, options }: DevRun): Promise<void> {
  const gone = new AbortController();
  const interrupted = AbortSignal.any([io.interrupted, gone.signal]);
  const session = createSession(io, command, { app, loaded, options });
  const stopWatchingParent = watchParent(machineClock, () => gone.abort());
  const stopWatchingFiles = options.reload ? watchApp(app, loaded.folder, session) : () => {};
  try {
    const serving = { subject: 'millrace is', roles: allProcessRoles, options };
    await serve({ ...io, interrupted }, session, serving);
  } finally {
    stopWatchingFiles();
    stopWatchingParent();
    await session.stop();
  }
}

function createSession(io: Io, command: Command, { app, loaded, options }: DevRun): DevSession {
  return new DevSession({
    first: app,
    config: loaded.config,
    folder: loaded.folder,
    load: () => loadConfig(options.config, io.folder, { fresh: true }),
    open: openMillrace,
    toOptions: (next) => toOpenOptions(command, next),
    report: (line) => io.stderr.write(`${line}\n`),
  });
}

/** Reloads the app when its code or one of its definitions changes. */
function watchApp({ logger }: Millrace, folder: string, session: DevSession): () => void {
  return watchFiles({
    folder,
    matters: (path) => isCode(path) || definitionsOf(session.config, folder).has(path),
    onChange: (paths) => void session.reload(paths),
    clock: machineClock,
    logger,
  });
}

function definitionsOf({ machines }: MillraceConfig, folder: string): ReadonlySet<string> {
  return new Set(
    Object.values(machines).flatMap(({ definition }) =>
      typeof definition === 'string' ? [resolve(folder, definition)] : [],
    ),
  );
}
