import type { Context } from 'aws-lambda';
import { openApp } from '../app/open-app.ts';
import type { MillraceConfig } from '../config/config.ts';
import { readEnv } from '../config/env.ts';
import type { SettingOverrides } from '../config/setting-sources.ts';
import { PowertoolsLogger } from '../drivers/powertools/powertools-logger.ts';
import { PowertoolsMetrics } from '../drivers/powertools/powertools-metrics.ts';
import { hasCode, messageOf } from '../errors.ts';
import type { AppContext, OpenDrivers } from '../operations/app-context.ts';
import type { Clock } from '../ports/clock.ts';
import { pause } from '../retry/pause.ts';

/** The handler of a Lambda function. */
export type FunctionHandler<Event, Result> = (event: Event, lambda: Context) => Promise<Result>;

/** Where a function gets its settings and drivers; a deployed function uses the defaults. */
export interface FunctionOptions {
  /** @default the environment of the process */
  readonly env?: SettingOverrides;
  /** @default opened from the settings */
  readonly stores?: OpenDrivers;
}

/** Time reserved for the response of an invocation, in milliseconds. */
const responseMs = 500;

/**
 * What all invocations of a Lambda environment share: the settings, the logger and the metrics. It
 * surrounds each invocation with them, and opens the app.
 */
export class FunctionRuntime {
  readonly env: SettingOverrides;
  readonly logger: PowertoolsLogger;
  readonly metrics = new PowertoolsMetrics();
  readonly #stores: OpenDrivers;

  constructor({ env = readEnv(), stores = {} }: FunctionOptions = {}) {
    this.env = env;
    this.logger = new PowertoolsLogger(env.logLevel ?? 'info');
    this.#stores = stores;
  }

  /**
   * Opens the app of `config` on a schema that the deployment has migrated.
   * @param enablesLeaderSchedule whether work that is recorded enables the leader schedule
   */
  openApp(config: MillraceConfig, enablesLeaderSchedule: boolean): Promise<AppContext> {
    // A function cannot write the file of an execution log.
    const { executionLog: _, ...withoutLogFile } = config;
    return openApp({
      config: withoutLogFile,
      env: this.env,
      drivers: this.#stores,
      logger: this.logger,
      metrics: this.metrics,
      enablesLeaderSchedule,
      migrates: false,
    });
  }

  /**
   * Returns `handle` as the handler that Lambda calls: every log line of an invocation has its
   * request's id, a failure is logged and thrown, and metrics are written even then.
   */
  handler<Event, Result>(handle: FunctionHandler<Event, Result>): FunctionHandler<Event, Result> {
    return async (event, lambda) => {
      this.logger.begin(lambda);
      try {
        return await handle(event, lambda);
      } catch (error) {
        const code = hasCode(error) ? error.code : undefined;
        this.logger.error('invocation failed', { error: messageOf(error), code });
        throw error;
      } finally {
        this.metrics.publish();
      }
    };
  }
}

/**
 * Waits until the ends of an invocation are published, because the environment may freeze after the
 * response. A slow event bus must not cost the response: events that are not published in time are
 * published in a later invocation.
 */
export async function flushEvents(
  { ends, clock }: { readonly ends: Pick<AppContext['ends'], 'flush'>; readonly clock: Clock },
  lambda: Context,
): Promise<void> {
  const responding = new AbortController();
  const leftMs = lambda.getRemainingTimeInMillis() - responseMs;
  await Promise.race([ends.flush(), pause(clock, leftMs, responding.signal)]);
  responding.abort();
}
