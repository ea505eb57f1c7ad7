/** Which rule for retry delays a configuration asks for. */
import type { Logger } from '../ports/logger.ts';
import {
  asynqDelay,
  customDelay,
  exponentialDelay,
  type RetryDelay,
} from '../retry/task-retry-delay.ts';
import type { RetryDelayConfig } from './config.ts';

/**
 * The rule. A function of the app's own is asked in seconds; while it answers none, the default
 * holds and the log says so.
 */
export function retryDelayOf(config: RetryDelayConfig = 'exponential', logger: Logger): RetryDelay {
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
      logger.warn('retryDelay must answer seconds, 0 or more; the default holds', { fault }),
  );
}
