/** Opens an app for whatever runs or serves it: the CLI, programs, functions. */

import { createRedactionRules } from '../asl/redaction/redaction-rules.ts';
import { checkConfig } from '../config/check-config.ts';
import type { MillraceConfig } from '../config/config.ts';
import { createRetryDelay } from '../config/create-retry-delay.ts';
import { readEnv } from '../config/env.ts';
import type { SettingOverrides } from '../config/setting-sources.ts';
import { resolveSettings } from '../config/settings.ts';
import { withUploadedSources } from '../config/uploaded-sources.ts';
import { toWebhooks } from '../config/webhooks-config.ts';
import { createLineLogger, type LogLevel } from '../drivers/system/line-logger.ts';
import { loggingDefaults } from '../engine/execution-log-event.ts';
import type { AppContext, OpenDrivers } from '../operations/app-context.ts';
import type { AppDefinition } from '../operations/app-definition.ts';
import { createPayloadChecks } from '../operations/machine-registry.ts';
import type { ExecutionLog } from '../ports/execution-log.ts';
import type { Logger } from '../ports/logger.ts';
import type { ChangeOrigin } from '../ports/store/order-store.ts';
import type { ConfiguredLimits } from '../roles/limits/limit-catalog.ts';
import { customTaskHandlers } from './compose/custom-task-handlers.ts';
import { type ContextOptions, closeContext, openContext } from './compose/open-context.ts';
import { openTelemetry, type TelemetryOptions } from './compose/open-telemetry.ts';
import { registerConfigured } from './register-machines.ts';

/** Options of `openMillrace`. */
export interface OpenOptions<Config extends MillraceConfig = MillraceConfig> {
  readonly config: Config;
  /** The folder that paths in the configuration are relative to. @default the current one */
  readonly folder?: string;
  /** Overrides the configuration and the environment. @default {} */
  readonly flags?: SettingOverrides;
  /** @default warnings and errors as lines on stderr; LOG_LEVEL and LOG_FORMAT change it */
  readonly logger?: Logger;
  /** Receives the execution log. @default JSON lines in the file `executionLog`, or on stderr */
  readonly executionLog?: ExecutionLog;
  /**
   * Maximum wait for the embedded database while another process has it, in milliseconds.
   * @default 0
   */
  readonly lockWaitMs?: number;
  /** Drivers that are open already, and are not closed with the app. @default opened here */
  readonly drivers?: OpenDrivers;
  /**
   * Who makes changes through the app, for the log of changes (`app.orders.list`).
   * @default a program, without a name
   */
  readonly origin?: ChangeOrigin;
  /** Whether the app keeps metrics for Prometheus: `Millrace.metrics`. @default false */
  readonly measures?: boolean;
}

/** Options that only Millrace's own callers use. */
export interface OpenAppOptions
  extends OpenOptions,
    Omit<TelemetryOptions, 'measures'>,
    Pick<ContextOptions, 'clock'> {
  /** @default the environment of the process */
  readonly env?: SettingOverrides;
  /** Whether to bring the store's schema up to date. @default true */
  readonly migrates?: boolean;
  /** Whether work that is recorded enables the leader schedule. @default true */
  readonly enablesLeaderSchedule?: boolean;
}

/**
 * Checks the configuration, opens the drivers and registers the machines. Throws what a driver or a
 * machine throws; nothing is left open then.
 */
export async function openApp(options: OpenAppOptions): Promise<AppContext> {
  const folder = options.folder ?? process.cwd();
  const env = options.env ?? readEnv();
  const config = withUploadedSources(checkConfig(options.config, 'config'), env.bucket);
  const folders = { config: folder, current: process.cwd() };
  const settings = resolveSettings(config, { ...env, ...options.flags }, folders);
  const ownLogger = options.logger ?? standardLogger(env.logLevel, env.logFormat);
  const { telemetry, logger } = await openTelemetry(env, ownLogger, options);
  const { executionLog, drivers: externalDrivers = {}, ...opening } = options;
  const definition = toAppDefinition(config, folder, logger);
  const app = { ...definition, ...(executionLog && { executionLog }) };
  const opened = openContext(settings, app, { ...opening, externalDrivers, telemetry });
  const context = await opened.catch(async (error: unknown) => {
    await telemetry.closeTelemetry();
    throw error;
  });
  try {
    await registerConfigured(context, config, env);
    return context;
  } catch (error) {
    await closeContext(context);
    throw error;
  }
}

/** Returns the part of a configuration that settings cannot hold. */
export function toAppDefinition(
  config: MillraceConfig,
  folder: string,
  logger: Logger,
): AppDefinition {
  const machines = new Map(Object.entries(config.machines));
  const nonRetryable = new Map(
    [...machines].map(([id, { nonRetryableErrors }]) => [id, new Set(nonRetryableErrors)]),
  );
  const none = new Set<string>();
  return {
    folder,
    handlers: { ...config.handlers, ...customTaskHandlers(config.tasks ?? {}) },
    transformers: config.transformers ?? {},
    batches: config.batches ?? {},
    connections: config.connections ?? {},
    insecureHosts: new Set(config.insecureHosts ?? []),
    privateHosts: new Set(config.privateHosts ?? []),
    integrations: config.integrations ?? null,
    webhooks: toWebhooks(config.webhooks),
    activities: new Set(config.activities ?? []),
    ...createPayloadChecks(config.machines),
    nonRetryable: (machineId) => nonRetryable.get(machineId) ?? none,
    endHookOf: (machineId) => machines.get(machineId)?.onEnd ?? null,
    retryDelay: createRetryDelay(config.retryDelay, logger),
    limits: collectLimits(config),
    redaction: createRedactionRules(config.redact),
    loggingOf: (machineId) => machines.get(machineId)?.logging ?? loggingDefaults,
    logger,
  };
}

function collectLimits({ machines, limits = {} }: MillraceConfig): ConfiguredLimits {
  const limited = Object.entries(machines).flatMap(([id, machine]) =>
    machine.limits === undefined ? [] : [[id, machine.limits] as const],
  );
  return { machines: Object.fromEntries(limited), handlers: limits };
}

function standardLogger(level: LogLevel = 'warn', format: 'json' | 'text' = 'text'): Logger {
  return createLineLogger({
    level,
    format,
    now: Date.now,
    write: (line) => process.stderr.write(line),
  });
}
