/** How often a receive looks again where nothing can block. */
import { describe, expect, it } from 'vitest';
import { IdlePoller, idlePauses } from '../../../lib/drivers/redis/idle-poller.ts';
import { SimulatedClock } from '../../support/simulated-clock.ts';

const middle = () => 0.5;

/** Sleeps again and again in one receive for `ms`; says when it woke. */
async function wakeTimes(poller: IdlePoller, clock: SimulatedClock, ms: number): Promise<number[]> {
  const times: number[] = [];
  const waiter = poller.join(['queue']);
  const begunAt = clock.now();
  void (async () => {
    while (clock.now() < begunAt + ms) {
      await waiter.sleep(ms);
      times.push(clock.now() - begunAt);
    }
  })();
  await clock.advance(ms);
  waiter.leave();
  return times;
}

describe('the idle poller', () => {
  it('looks soon at first, then less and less often, and never more seldom than each 15 s', async () => {
    const clock = new SimulatedClock();
    const poller = new IdlePoller({ clock, random: middle });

    const times = await wakeTimes(poller, clock, 62_000);

    expect(times).toEqual([250, 750, 1_750, 3_750, 7_750, 15_750, 30_750, 45_750, 60_750]);
  });

  it('varies its pauses by a quarter, so that processes drift apart', async () => {
    for (const [chance, firstMs] of [
      [0, 187.5],
      [0.999, 312.25],
    ] as const) {
      const clock = new SimulatedClock();
      const poller = new IdlePoller({ clock, random: () => chance });

      const [first] = await wakeTimes(poller, clock, 320);

      expect(first).toBeCloseTo(firstMs, 0);
    }
  });

  it('keeps its pause from one receive to the next', async () => {
    const clock = new SimulatedClock();
    const poller = new IdlePoller({ clock, random: middle });
    await wakeTimes(poller, clock, 60_000);

    const waiter = poller.join(['queue']);
    let woken = false;
    void waiter.sleep(60_000).then(() => {
      woken = true;
    });
    await clock.advance(idlePauses.lastMs - 1);
    expect(woken).toBe(false);
    await clock.advance(1);

    expect(woken).toBe(true);
  });

  it('starts over when something of its queue stirs, and wakes who waits for it', async () => {
    const clock = new SimulatedClock();
    const poller = new IdlePoller({ clock, random: middle });
    await wakeTimes(poller, clock, 60_000);
    const waiter = poller.join(['queue']);
    const sleeping = waiter.sleep(60_000);

    poller.stir('queue');
    await sleeping;
    waiter.leave();

    expect(await wakeTimes(poller, clock, 800)).toEqual([250, 750]);
  });

  it('is not woken by another queue', async () => {
    const clock = new SimulatedClock();
    const poller = new IdlePoller({ clock, random: middle });
    const waiter = poller.join(['queue']);
    let woken = false;
    void waiter.sleep(60_000).then(() => {
      woken = true;
    });

    poller.stir('other');
    await clock.advance(249);

    expect(woken).toBe(false);
  });

  it('lets nobody sleep once it is closed', async () => {
    const clock = new SimulatedClock();
    const poller = new IdlePoller({ clock, random: middle });
    const before = poller.join(['queue']);
    const sleeping = before.sleep(60_000);

    await poller.close();

    await sleeping;
    await poller.join(['queue']).sleep(60_000);
    expect(clock.pendingTimers).toBe(0);
  });
});
