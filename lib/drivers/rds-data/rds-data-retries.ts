import { equalJitter } from '../../retry/backoff.ts';
import type { RetryPolicy, RetryPolicyFor } from '../../retry/retry.ts';
import { classifyFailure, type FailureKind } from './rds-data-errors.ts';

/** AWS documents about 15 s to resume a paused database, and 30 s or more after a day's pause. */
const resumeDefaultMsMax = 60_000;

const policies: Readonly<Record<FailureKind, RetryPolicy | null>> = Object.freeze({
  resuming: { backoff: { firstMs: 1_000, maxMs: 5_000, jitter: equalJitter } },
  // Rotating a password takes seconds, in which the secret and the database differ.
  rotating: { backoff: { firstMs: 1_000, maxMs: 5_000, jitter: equalJitter } },
  conflict: { attemptsMax: 6, backoff: { firstMs: 50, maxMs: 50, jitter: equalJitter } },
  refused: { attemptsMax: 6, backoff: { firstMs: 200, maxMs: 2_000, jitter: equalJitter } },
  lost: { attemptsMax: 3, backoff: { firstMs: 200, maxMs: 1_000, jitter: equalJitter } },
  final: null,
});

/**
 * Returns the retry policies of Data API calls: wait for a paused database to resume and for
 * a password that is replaced, run a
 * statement again that lost to another, and repeat a few times a call that was refused or got no
 * answer. Every statement of Millrace is safe to run twice.
 *
 * @param resumeMsMax maximum time to wait for a paused database, in milliseconds; it also bounds
 *   all other retries
 */
export function rdsDataRetries(resumeMsMax: number = resumeDefaultMsMax): RetryPolicyFor {
  const bounded = new Map<FailureKind, RetryPolicy>();
  for (const kind of Object.keys(policies) as FailureKind[]) {
    const policy = policies[kind];
    if (policy !== null) bounded.set(kind, { ...policy, elapsedMsMax: resumeMsMax });
  }
  return (error) => bounded.get(classifyFailure(error)) ?? null;
}
