/** The end of the process that has started this one. */
import { expect, it } from 'vitest';
import { watchParent } from '../../../lib/cli/dev/watch-parent.ts';
import { SimulatedClock } from '../../support/simulated-clock.ts';

it('the end of the parent is noticed once, within a second', async () => {
  const clock = new SimulatedClock();
  let parent = '7';
  let calls = 0;

  watchParent(
    clock,
    () => (calls += 1),
    () => parent,
  );
  await clock.advance(5_000);
  const before = calls;
  parent = '1';
  await clock.advance(1_000);
  await clock.advance(5_000);

  expect({ before, calls }).toEqual({ before: 0, calls: 1 });
});

it('a parent that is watched no more may end', async () => {
  const clock = new SimulatedClock();
  let parent = '7';
  let calls = 0;

  const release = watchParent(
    clock,
    () => (calls += 1),
    () => parent,
  );
  release();
  parent = '1';
  await clock.advance(5_000);

  expect(calls).toBe(0);
});
