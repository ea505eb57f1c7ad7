/** The machine's clock. */
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { systemClock } from '../../../lib/drivers/system/system-clock.ts';

describe('system clock', () => {
  beforeEach(() => {
    vi.useFakeTimers({ now: Date.UTC(2026, 0, 1) });
  });

  afterEach(() => {
    vi.useRealTimers();
  });

  it('a timer fires once, and not before its time', () => {
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

  it('a cancelled timer does not fire', () => {
    let calls = 0;
    const cancel = systemClock.after(1_000, () => {
      calls += 1;
    });

    cancel();
    cancel();
    vi.advanceTimersByTime(10_000);

    expect(calls).toBe(0);
  });

  it('a timer can be longer than those of Node: sixty days, to the millisecond', () => {
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

  it('a timer of zero or less fires soon', () => {
    let calls = 0;
    for (const ms of [0, -5_000]) {
      systemClock.after(ms, () => {
        calls += 1;
      });
    }

    vi.advanceTimersByTime(1);

    expect(calls).toBe(2);
  });

  it('a timer waits its time although the time of day steps back or forward by an hour', () => {
    for (const ms of [-3_600_000, 3_600_000]) {
      let calls = 0;
      systemClock.after(2_000, () => {
        calls += 1;
      });

      vi.advanceTimersByTime(1_000);
      vi.setSystemTime(Date.now() + ms);
      vi.advanceTimersByTime(999);
      expect(calls).toBe(0);
      vi.advanceTimersByTime(1);

      expect(calls).toBe(1);
    }
  });

  it('the monotonic time does not follow the time of day', () => {
    const before = systemClock.monotonicMs();

    vi.setSystemTime(Date.now() - 3_600_000);
    vi.advanceTimersByTime(1_000);

    expect(systemClock.monotonicMs() - before).toBe(1_000);
  });
});
