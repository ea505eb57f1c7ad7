/** Pauses by a clock, and their abort. */
import { describe, expect, it } from 'vitest';
import { pause } from '../../lib/retry/pause.ts';
import { SimulatedClock } from '../support/simulated-clock.ts';

function start(clock: SimulatedClock, ms: number, signal?: AbortSignal) {
  const state = { isOver: false };
  const ended = pause(clock, ms, signal).then(() => {
    state.isOver = true;
  });
  return { state, ended };
}

describe('pause', () => {
  it('a pause ends when its time has passed, not before', async () => {
    const clock = new SimulatedClock();
    const { state, ended } = start(clock, 100);

    await clock.advance(99);
    expect(state.isOver).toBe(false);
    await clock.advance(1);

    await ended;
    expect(state.isOver).toBe(true);
  });

  it('an abort ends a pause at once and removes its timer', async () => {
    const clock = new SimulatedClock();
    const stop = new AbortController();
    const { ended } = start(clock, 100, stop.signal);

    stop.abort();

    await ended;
    expect(clock.pendingTimers).toBe(0);
  });

  it('a pause with an aborted signal sets no timer', async () => {
    const clock = new SimulatedClock();

    await pause(clock, 100, AbortSignal.abort());

    expect(clock.pendingTimers).toBe(0);
  });
});
