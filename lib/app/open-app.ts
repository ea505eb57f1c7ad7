/**
 * Opens what an app is made of: its configuration checked, its drivers open, its machines recorded.
 * Whoever runs or serves the app builds on it.
 */

import { checkConfig } from '../config/check-config.ts';
import type { MillraceConfig } from '../config/config.ts';
import { type EnvSettings, readEnv } from '../config/env.ts';
import { retryDelayOf } from '../config/retry-delay-option.ts';
import { type FlagSettings, resolveSettings } from '../config/settings.ts';
import { type LogLevel, lineLogger } from '../drivers/system/line-logger.ts';
import { loggingDefaults } from '../engine/execution-log-event.ts';
import type { AppContext, AppDefinition, OpenDrivers } from '../operations/app-context.ts';
import { type RegisteredMachine, registerMachine } from '../operations/machine-registry.ts';
import type { ExecutionLog } from '../ports/execution-log.ts';
import type { Logger } from '../ports/logger.ts';
import type { Metrics } from '../ports/metrics.ts';
import { closeContext, openContext } from './compose/open-context.ts';
import { taskHandlers } from './compose/task-handlers.ts';

/** Options of `openMillrace`. */
export interface OpenOptions {
  readonly config: MillraceConfig;
  /** The folder that paths in the configuration start from. @default the current one */
  readonly folder?: string;
  /** Overrules the configuration and the environment. @default {} */
  readonly flags?: FlagSettings;
  /** @default warnings and errors as lines on stderr; LOG_LEVEL and LOG_FORMAT change it */
  readonly logger?: Logger;
  /** Where the execution log goes. @default JSON lines in the file `executionLog`, or on stderr */
  readonly executionLog?: ExecutionLog;
  /**
   * How long to wait for the embedded database while another process has it, in milliseconds.
   * @default 0
   */
  readonly lockWaitMs?: number;
  /** A store and a broker that are open already, and stay so. @default none: they are opened */
  readonly stores?: OpenDrivers;
}

/** An app, open. */
export interface OpenApp {
  readonly context: AppContext;
  readonly config: MillraceConfig;
  readonly folder: string;
  /** As the store has them, by id. */
  readonly machines: ReadonlyMap<string, RegisteredMachine>;
}

/** What whoever opens an app inside of Millrace may say beside {@link OpenOptions}. */
export interface OpenAppOptions extends OpenOptions {
  /** @default what the process's environment says */
  readonly env?: EnvSettings;
  /** @default nothing is measured */
  readonly metrics?: Metrics;
  /** Whether the store's schema is brought up to date. @default true */
  readonly migrates?: boolean;
  /** Whether what is recorded turns the sweep's schedule on. @default true */
  readonly enablesLeaderSchedule?: boolean;
}

/** Opens an app. Throws what a driver throws that cannot be opened, or a machine that is wrong. */
export async function openApp(options: OpenAppOptions): Promise<OpenApp> {
  const config = checkConfig(options.config, 'config');
  const folder = options.folder ?? process.cwd();
  const env = options.env ?? readEnv();
  const folders = { config: folder, current: process.cwd() };
  const settings = resolveSettings(config, env, options.flags ?? {}, folders);
  const logger = options.logger ?? standardLogger(env.logLevel, env.logFormat);
  const { executionLog, stores: lent = {}, ...opening } = options;
  const parts = { ...partsOf(config, folder, logger), ...(executionLog && { executionLog }) };
  const context = await openContext(settings, parts, { ...opening, lent });
  try {
    return { context, config, folder, machines: await registerAll(context, config, folder) };
  } catch (error) {
    await closeContext(context);
    throw error;
  }
}

async function registerAll(
  { store, nested }: AppContext,
  { machines }: MillraceConfig,
  folder: string,
): Promise<Map<string, RegisteredMachine>> {
  const registering = Object.entries(machines).map(async ([id, machine]) => {
    const registered = await registerMachine(store, id, machine, folder);
    nested.offer(registered.record);
    return [id, registered] as const;
  });
  const registered = await Promise.allSettled(registering);
  const failure = registered.find((each) => each.status === 'rejected');
  if (failure !== undefined) throw failure.reason;
  return new Map(registered.flatMap((each) => (each.status === 'fulfilled' ? [each.value] : [])));
}

/** What of a configuration settings cannot hold. */
export function partsOf(config: MillraceConfig, folder: string, logger: Logger): AppDefinition {
  const machines = new Map(Object.entries(config.machines));
  const nonRetryable = new Map(
    [...machines].map(([id, { nonRetryableErrors }]) => [id, new Set(nonRetryableErrors)]),
  );
  const none = new Set<string>();
  return {
    folder,
    handlers: { ...config.handlers, ...taskHandlers(config.tasks ?? {}) },
    transformers: config.transformers ?? {},
    connections: config.connections ?? {},
    insecureHosts: new Set(config.insecureHosts ?? []),
    activities: new Set(config.activities ?? []),
    nonRetryable: (machineId) => nonRetryable.get(machineId) ?? none,
    retryDelay: retryDelayOf(config.retryDelay, logger),
    loggingOf: (machineId) => machines.get(machineId)?.logging ?? loggingDefaults,
    logger,
  };
}

function standardLogger(level: LogLevel = 'warn', format: 'json' | 'text' = 'text'): Logger {
  return lineLogger({ level, format, now: Date.now, write: (line) => process.stderr.write(line) });
}
