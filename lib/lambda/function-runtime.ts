import type { Context } from 'aws-lambda';
import { readEnv } from '../config/env.ts';
import type { SettingOverrides } from '../config/setting-sources.ts';
import { PowertoolsLogger } from '../drivers/powertools/powertools-logger.ts';
import { PowertoolsMetrics } from '../drivers/powertools/powertools-metrics.ts';
import { hasCode, messageOf } from '../errors.ts';
import type { OpenDrivers } from '../operations/app-context.ts';

/** The handler of a Lambda function. */
export type FunctionHandler<Event, Result> = (event: Event, lambda: Context) => Promise<Result>;

/** Options of a function; a deployed function uses the defaults. */
export interface FunctionOptions {
  /** @default the environment of the process */
  readonly env?: SettingOverrides;
  /** @default opened from the settings */
  readonly drivers?: OpenDrivers;
}

/** What all invocations of a Lambda environment share: the settings, the logger and the metrics. */
export class FunctionRuntime {
  readonly env: SettingOverrides;
  readonly drivers: OpenDrivers;
  readonly logger: PowertoolsLogger;
  readonly metrics = new PowertoolsMetrics();

  constructor({ env = readEnv(), drivers = {} }: FunctionOptions = {}) {
    this.env = env;
    this.drivers = drivers;
    this.logger = new PowertoolsLogger(env.logLevel ?? 'info');
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
