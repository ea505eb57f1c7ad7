import { hasCode, messageOf } from '../../errors.ts';
import type { Clock } from '../../ports/clock.ts';
import type { Logger } from '../../ports/logger.ts';
import { equalJitter } from '../../retry/backoff.ts';
import { type RetryPolicy, retry } from '../../retry/retry.ts';

/** How {@link waitForService} waits. */
export interface ServiceWait {
  readonly clock: Clock;
  readonly logger: Logger;
  /** Maximum time, in milliseconds; 0 does not wait. */
  readonly waitMs: number;
}

/**
 * Makes the first call to a service. One that answers that it is starting up, has no connection
 * left or takes no writes at the moment is asked again for a time: after a restart or a failover,
 * processes are often up before it. Any other error is thrown at once, because it is probably a
 * mistake in the settings.
 * @param what the service, for the log
 */
export async function waitForService<Result>(
  what: string,
  call: () => Promise<Result>,
  { clock, logger, waitMs }: ServiceWait,
): Promise<Result> {
  const policy: RetryPolicy = {
    backoff: { firstMs: 250, maxMs: 2_000, jitter: equalJitter },
    elapsedMsMax: waitMs,
  };
  let failures = 0;
  const result = await retry(call, {
    clock,
    random: Math.random,
    policyFor: (error) => (isPassing(error) ? policy : null),
    onRetry: ({ error }) => {
      failures += 1;
      if (failures === 1) {
        logger.warn(`${what} not ready: waiting`, { waitMs, error: messageOf(error) });
      }
    },
  });
  if (failures > 0) logger.warn(`${what} ready`, { failures });
  return result;
}

/** Whether the service answers, and will serve soon. */
function isPassing(error: unknown): boolean {
  return (
    hasCode(error, 'STORE_UNAVAILABLE', 'BROKER_UNAVAILABLE') &&
    error.retryable &&
    error.fields.passing === true
  );
}
