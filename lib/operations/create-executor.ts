/** Wires the executors that run executions in this process. */
import { findHandlerTarget } from '../drivers/handlers/handler-target.ts';
import { MapRunStarter } from '../roles/batch/map-run-starter.ts';
import { Dispatcher } from '../roles/delivery/dispatcher.ts';
import { MissingHandlers } from '../roles/delivery/missing-handlers.ts';
import { UnhandledTaskTypes } from '../roles/delivery/unhandled-task-types.ts';
import { Committer } from '../roles/execution/committer.ts';
import { ExecutionLogger } from '../roles/execution/execution-logger.ts';
import { Executor } from '../roles/execution/executor.ts';
import { FinishPolicy } from '../roles/execution/finish-policy.ts';
import { MachineCatalog } from '../roles/execution/machine-catalog.ts';
import { RunFactory } from '../roles/execution/run-factory.ts';
import type { Limits } from '../roles/limits/limits.ts';
import type { AppContext } from './app-context.ts';
import { mockExecution } from './mocks/mocked-execution.ts';

/** The parts of the context that an executor is created from. */
export type ExecutorContext = Pick<
  AppContext,
  | 'app'
  | 'broker'
  | 'clock'
  | 'ends'
  | 'entropy'
  | 'executionLog'
  | 'figures'
  | 'hooks'
  | 'invoker'
  | 'logger'
  | 'metrics'
  | 'scope'
  | 'settings'
  | 'signalRouter'
  | 'store'
  | 'tracer'
>;

/** Options of {@link createExecutor}. */
export interface CreateExecutorOptions {
  /** Called when an execution has started the run of a distributed Map. @default nothing */
  readonly onMapRunStarted?: (parentExecutionId: string) => void;
  /** Executors of one process share the compiled machines. @default a catalog of its own */
  readonly machines?: MachineCatalog;
  /** Executors of one process share the group commits. @default a committer of its own */
  readonly committer?: Committer;
  /** @default tasks without a handler here fail at once */
  readonly missingHandlers?: MissingHandlers;
  /** @default nothing is limited */
  readonly limits?: Limits;
}

/** Creates an executor. It receives signals until it is closed. */
export function createExecutor(
  context: ExecutorContext,
  {
    onMapRunStarted = () => {},
    machines = createMachineCatalog(context),
    committer = createCommitter(context),
    missingHandlers,
    limits,
  }: CreateExecutorOptions = {},
): Executor {
  const { app, entropy } = context;
  const { retryDelay, nonRetryable } = app;
  return new Executor({
    ...context,
    committer,
    unhandledTaskTypes: new UnhandledTaskTypes({ ...context, committer }),
    runs: new RunFactory({
      ...context,
      committer,
      machines,
      finishPolicy: new FinishPolicy({ retryDelay, nonRetryable, entropy }),
      stops: context.store,
      mock: mockExecution,
      executionLogger: createExecutionLogger(context),
      mapRuns: new MapRunStarter({
        ...context,
        dispatcher: new Dispatcher(context),
        onStarted: onMapRunStarted,
      }),
      ...(missingHandlers && { missingHandlers }),
      ...(limits && { limits }),
    }),
  });
}

/**
 * Creates what leaves tasks without a handler in this process to other workers. Undefined where
 * there can be no others, because tasks do not leave this process.
 */
export function createMissingHandlers(
  context: Pick<
    AppContext,
    'broker' | 'clock' | 'entropy' | 'invoker' | 'logger' | 'settings' | 'store'
  >,
): MissingHandlers | undefined {
  if (context.broker.volatile) return undefined;
  return new MissingHandlers({
    ...context,
    findHandlerName: (task) => findHandlerTarget(task).name,
    graceMs: context.settings.deployGraceMs,
  });
}

/** Creates the catalog of compiled machines. */
export function createMachineCatalog({
  store,
  settings,
}: Pick<AppContext, 'store' | 'settings'>): MachineCatalog {
  const { payloadBytesMax, historyEventsMax, historyBytesMax } = settings;
  return new MachineCatalog(store, { payloadBytesMax, historyEventsMax, historyBytesMax });
}

/** Creates the committer, which retries for as long as a lease lasts. */
export function createCommitter(
  context: Pick<
    AppContext,
    'store' | 'clock' | 'figures' | 'logger' | 'metrics' | 'settings' | 'tracer'
  >,
): Committer {
  return new Committer({ ...context, retryMsMax: context.settings.leaseMs });
}

/** Creates the logger that writes the execution log, as each machine's configuration says. */
export function createExecutionLogger({
  executionLog,
  app,
  scope,
}: Pick<AppContext, 'executionLog' | 'app' | 'scope'>): ExecutionLogger {
  return new ExecutionLogger(executionLog, app.loggingOf, scope);
}

/** Returns what every role is constructed from. */
export function roleOptions({
  clock,
  entropy,
  logger,
  metrics,
  events,
  tracer,
}: Pick<AppContext, 'clock' | 'entropy' | 'logger' | 'metrics' | 'events' | 'tracer'>) {
  return { clock, entropy, logger, metrics, events, tracer, random: () => entropy.random() };
}
