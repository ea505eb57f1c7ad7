import type { Clock } from '../ports/clock.ts';

/**
 * Returns a clock that shows a time now, and goes on from there without the steps of `clock`: for
 * work whose own times must fit together, such as the timers of one run of an execution.
 * @param now the time to show now, in milliseconds since 1970; @default what `clock` shows
 */
export function steadyClock(clock: Clock, now = clock.now()): Clock {
  const offsetMs = now - clock.monotonicMs();
  return {
    now: () => offsetMs + clock.monotonicMs(),
    monotonicMs: () => clock.monotonicMs(),
    after: (ms, callback) => clock.after(ms, callback),
  };
}
