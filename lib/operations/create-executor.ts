/** Wires the executor that runs executions in this process. */

import { MapRunStarter } from '../roles/batch/map-run-starter.ts';
import { Committer } from '../roles/execution/committer.ts';
import { ExecutionLogger } from '../roles/execution/execution-logger.ts';
import { Executor } from '../roles/execution/executor.ts';
import { MachineCatalog } from '../roles/execution/machine-catalog.ts';
import type { AppContext } from './app-context.ts';

/**
 * What runs executions.
 * @param onMapRun told when one has started the run of a distributed Map
 * @param machines those compiled already; executors that follow one another share them
 */
export function createExecutor(
  context: AppContext,
  onMapRun: (parentExecutionId: string) => void,
  machines = createMachineCatalog(context),
): Executor {
  const { store, settings, invoker, signalRouter, app } = context;
  return new Executor({
    ...roleOptions(context),
    machines,
    committer: new Committer({ ...context, patienceMs: settings.leaseMs }),
    invoker,
    store,
    signalRouter,
    mapRuns: new MapRunStarter({ ...context, onStarted: onMapRun }),
    retryDelay: app.retryDelay,
    nonRetryable: app.nonRetryable,
    executionLogger: createExecutionLogger(context),
    ends: context.ends,
  });
}

/** The machines that executors run, compiled when they are wanted. */
export function createMachineCatalog({ store, settings }: AppContext): MachineCatalog {
  const { payloadBytesMax, historyEventsMax } = settings;
  return new MachineCatalog(store, { payloadBytesMax, historyEventsMax });
}

/** What tells the execution log, as far as each machine's configuration wants it. */
export function createExecutionLogger({ executionLog, app }: AppContext): ExecutionLogger {
  return new ExecutionLogger(executionLog, app.loggingOf);
}

/** What every role is made of. */
export function roleOptions({ clock, entropy, logger, metrics, events }: AppContext) {
  return { clock, entropy, logger, metrics, events, random: () => entropy.random() };
}
