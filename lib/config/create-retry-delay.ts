import type { Logger } from '../ports/logger.ts';
import {
  asynqDelay,
  customDelay,
  exponentialDelay,
  type RetryDelay,
} from '../retry/task-retry-delay.ts';
import type { RetryDelayConfig } from './config.ts';

/**
 * Creates the retry delay that a configuration describes. A function of the app returns seconds;
 * whenever it returns none, the default applies and a warning is logged.
 */
export function createRetryDelay(
  config: RetryDelayConfig = 'exponential',
  logger: Logger,
): RetryDelay {
  if (config === 'exponential') return exponentialDelay();
  if (config === 'asynq') return asynqDelay();
  if (typeof config !== 'function') {
    const { firstSeconds, factor, maxSeconds } = config;
    return exponentialDelay({
      ...(firstSeconds !== undefined && { firstMs: firstSeconds * 1_000 }),
      ...(factor !== undefined && { factor }),
      ...(maxSeconds !== undefined && { maxMs: maxSeconds * 1_000 }),
    });
  }
  return customDelay(
    (retry, _random, error) => config(retry, error) * 1_000,
    exponentialDelay(),
    (fault) =>
      logger.warn('retryDelay returned no number of seconds: using the default', { fault }),
  );
}
