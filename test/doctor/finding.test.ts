/** A look of the doctor is bounded in time. */
import { describe, expect, it } from 'vitest';
import { checkNode } from '../../lib/doctor/check-program.ts';
import { inTime, lookMs } from '../../lib/doctor/finding.ts';
import { SimulatedClock } from '../support/simulated-clock.ts';

describe('a look', () => {
  it('that never answers ends when its time is over', async () => {
    const clock = new SimulatedClock();
    const looking = inTime(clock, new Promise(() => {}));
    const ended = expect(looking).rejects.toThrow('no answer within 5 s');

    await clock.advance(lookMs);

    await ended;
  });

  it('that answers leaves no timer behind', async () => {
    const clock = new SimulatedClock();

    expect(await inTime(clock, Promise.resolve('well'))).toBe('well');
    await expect(inTime(clock, Promise.reject(new Error('ill')))).rejects.toThrow('ill');

    expect(clock.pendingTimers).toBe(0);
  });
});

describe('a Node', () => {
  it.each([
    ['24.21.0', 'ok'],
    ['22.18.0', 'warning'],
    ['22.17.1', 'broken'],
    ['20.19.0', 'broken'],
  ])('of version %s is %s', (version, verdict) => {
    expect(checkNode(version)).toMatchObject({ verdict, found: expect.stringContaining(version) });
  });
});
