import type { Context } from 'aws-lambda';
import type { AppContext } from '../operations/app-context.ts';
import type { Clock } from '../ports/clock.ts';
import { pause } from '../retry/pause.ts';

/** Time reserved for the response of an invocation, in milliseconds. */
const responseMs = 500;

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
