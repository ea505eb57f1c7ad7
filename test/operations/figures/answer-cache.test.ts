/** Answers that are kept for pages that show the same. */
import { describe, expect, it } from 'vitest';
import { AnswerCache } from '../../../lib/operations/figures/answer-cache.ts';
import { SimulatedClock } from '../../support/simulated-clock.ts';

function setUp(keptMs: number) {
  const clock = new SimulatedClock();
  const cache = new AnswerCache(clock, keptMs);
  let reads = 0;
  const read = async () => {
    reads += 1;
    return reads;
  };
  return { clock, cache, read };
}

describe('an answer cache', () => {
  it('an answer is shared until it is too old', async () => {
    const { clock, cache, read } = setUp(1_000);

    expect(await Promise.all([cache.get('a', read), cache.get('a', read)])).toEqual([1, 1]);
    expect(await cache.get('b', read)).toBe(2);
    await clock.advance(999);
    expect(await cache.get('a', read)).toBe(1);
    await clock.advance(1);
    expect(await cache.get('a', read)).toBe(3);
  });

  it('a read that failed is repeated by the next caller', async () => {
    const { cache, read } = setUp(1_000);
    const failing = cache.get('a', () => Promise.reject(new Error('no answer')));

    await expect(failing).rejects.toThrow('no answer');
    expect(await cache.get('a', read)).toBe(1);
  });

  it('no answer is kept where the time is 0, and the oldest of very many is dropped', async () => {
    const none = setUp(0);
    expect([await none.cache.get('a', none.read), await none.cache.get('a', none.read)]).toEqual([
      1, 2,
    ]);

    const { cache, read } = setUp(1_000);
    for (let index = 0; index <= 100; index += 1) await cache.get(`q${index}`, read);

    expect(await cache.get('q1', read)).toBe(2);
    expect(await cache.get('q0', read)).toBe(102);
  });
});
