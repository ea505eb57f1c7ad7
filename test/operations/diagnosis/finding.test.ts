/** Checks of the doctor. */
import { describe, expect, it } from 'vitest';
import { checkNode } from '../../../lib/operations/diagnosis/check-node.ts';
import { checkTimeoutMs, withTimeout } from '../../../lib/operations/diagnosis/finding.ts';
import { SimulatedClock } from '../../support/simulated-clock.ts';

describe('withTimeout', () => {
  it('a check that never answers ends with a timeout', async () => {
    const clock = new SimulatedClock();
    const checking = withTimeout(clock, new Promise(() => {}));
    const ended = expect(checking).rejects.toThrow('no answer within 5 s');

    await clock.advance(checkTimeoutMs);

    await ended;
  });

  it('a check that answers leaves no timer', async () => {
    const clock = new SimulatedClock();

    expect(await withTimeout(clock, Promise.resolve('fine'))).toBe('fine');
    await expect(withTimeout(clock, Promise.reject(new Error('broken')))).rejects.toThrow('broken');

    expect(clock.pendingTimers).toBe(0);
  });
});

describe('checkNode', () => {
  it.each([
    ['24.21.0', 'ok'],
    ['22.18.0', 'warning'],
    ['22.17.1', 'broken'],
    ['20.19.0', 'broken'],
  ])('Node %s is %s', (version, verdict) => {
    expect(checkNode(version)).toMatchObject({ verdict, found: expect.stringContaining(version) });
  });
});
