/** The machine's own clock. */
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { systemClock } from '../../../lib/drivers/system/system-clock.ts';

describe('the system clock', () => {
  beforeEach(() => {
    vi.useFakeTimers({ now: Date.UTC(2026, 0, 1) });
  });

  afterEach(() => {
    vi.useRealTimers();
  });

  it('calls back once, when the time has come and not before', () => {
    let calls = 0;
    systemClock.after(1_000.5, () => {
      calls += 1;
    });

    vi.advanceTimersByTime(1_000);
    expect(calls).toBe(0);
    vi.advanceTimersByTime(1);
    expect(calls).toBe(1);
    vi.advanceTimersByTime(10_000);
    expect(calls).toBe(1);
  });

  it('does not call back what was cancelled', () => {
    let calls = 0;
    const cancel = systemClock.after(1_000, () => {
      calls += 1;
    });

    cancel();
    cancel();
    vi.advanceTimersByTime(10_000);

    expect(calls).toBe(0);
  });

  it('waits longer than Node’s timers can: sixty days, to the millisecond', () => {
    const days60 = 60 * 86_400_000;
    let calledAt = 0;
    systemClock.after(days60, () => {
      calledAt = systemClock.now();
    });

    vi.advanceTimersByTime(days60 - 1);
    expect(calledAt).toBe(0);
    vi.advanceTimersByTime(1);

    expect(calledAt).toBe(Date.UTC(2026, 0, 1) + days60);
  });

  it('calls back soon for no time, or for a time that is over', () => {
    let calls = 0;
    for (const ms of [0, -5_000]) {
      systemClock.after(ms, () => {
        calls += 1;
      });
    }

    vi.advanceTimersByTime(1);

    expect(calls).toBe(2);
  });
});
