/** The command `millrace dev`. */
import { resolve } from 'node:path';
import { Command } from 'commander';
import { machineClock } from '../../app/machine-clock.ts';
import { type Millrace, openMillrace } from '../../app/millrace.ts';
import { allProcessRoles } from '../../app/process-roles.ts';
import type { MillraceConfig } from '../../config/config.ts';
import { loadConfig } from '../../config/loading/load-config.ts';
import { withExamples } from '../examples.ts';
import type { Io } from '../io.ts';
import {
  type CommandConfig,
  toOpenOptions,
  withApp,
  withAppOptions,
  withConcurrency,
} from '../options/app-options.ts';
import { type DashboardOptions, withDashboard } from '../options/dashboard-options.ts';
import { withHealth } from '../options/health-options.ts';
import { withMetrics } from '../options/metrics-options.ts';
import {
  type StepFunctionsCliOptions,
  withStepFunctions,
} from '../options/step-functions-options.ts';
import { serve } from '../serve.ts';
import { DevSession } from './dev-session.ts';
import { isCode, watchFiles } from './watch-files.ts';
import { watchParent } from './watch-parent.ts';

interface DevOptions extends DashboardOptions, StepFunctionsCliOptions {
  readonly reload: boolean;
}

/** Creates the command. */
export function devCommand(io: Io): Command {
  const command = new Command('dev')
    .description('run a leader and a worker in one process, and reload what changes, until Ctrl-C')
    .option('--no-reload', 'keep the app as it is when its files change');
  withStepFunctions(withDashboard(withMetrics(withHealth(command)), true));
  withExamples(withAppOptions(withConcurrency(command)), {
    'millrace dev': 'run everything that is open in the embedded database, with its dashboard',
    'millrace dev --step-functions': "also serve Step Functions' own API, for the AWS CLI and SDKs",
    'millrace dev --no-reload --no-dashboard': 'run it as a leader and a worker would',
  });
  return command.action((options: DevOptions) => {
    // Callers of Step Functions' API bring their machines along.
    const need = options.stepFunctions === undefined ? 'required' : 'optional';
    return withApp(
      io,
      command,
      (app, loaded) => runDev(io, command, { app, loaded, options }),
      need,
    );
  });
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
