import type { Clock } from '../ports/clock.ts';

/**
 * Returns a clock that shows the time of `clock` now, and does not step when that does: for work
 * whose own times must fit together, such as the timers of one run of an execution.
 */
export function steadyClock(clock: Clock): Clock {
  const offsetMs = clock.now() - clock.monotonicMs();
  return {
    now: () => offsetMs + clock.monotonicMs(),
    monotonicMs: () => clock.monotonicMs(),
    after: (ms, callback) => clock.after(ms, callback),
  };
}
