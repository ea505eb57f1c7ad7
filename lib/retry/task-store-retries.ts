import { forServiceFaults } from './retry.ts';

/**
 * Retries a store call that is made on behalf of a Task: once a second, without a limit. The
 * Task's own time limit ends it through the signal.
 */
export const taskStoreRetries = forServiceFaults({
  backoff: { firstMs: 1_000, maxMs: 1_000 },
});
