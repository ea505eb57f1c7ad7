/** How often receives poll over REST, where no command can block. */
import { describe, expect, it } from 'vitest';
import { IdlePoller, idleBackoff } from '../../../lib/drivers/redis/idle-poller.ts';
import { SimulatedClock } from '../../support/simulated-clock.ts';

const middle = () => 0.5;

/** Sleeps repeatedly in one receive for `ms`; returns when it woke. */
async function wakeTimes(poller: IdlePoller, clock: SimulatedClock, ms: number): Promise<number[]> {
  const times: number[] = [];
  const receive = poller.join(['queue']);
  const startedAt = clock.now();
  void (async () => {
    while (clock.now() < startedAt + ms) {
      await receive.sleep(ms);
      times.push(clock.now() - startedAt);
    }
  })();
  await clock.advance(ms);
  receive.leave();
  return times;
}

describe('the idle poller', () => {
  it('the idle poller polls soon at first, then less and less often, and at least every 15 s', async () => {
    const clock = new SimulatedClock();
    const poller = new IdlePoller({ clock, random: middle });

    const times = await wakeTimes(poller, clock, 62_000);

    expect(times).toEqual([250, 750, 1_750, 3_750, 7_750, 15_750, 30_750, 45_750, 60_750]);
  });

  it('the delays of the idle poller vary by a quarter, so that processes drift apart', async () => {
    for (const [drawn, firstMs] of [
      [0, 188],
      [0.999, 312],
    ] as const) {
      const clock = new SimulatedClock();
      const poller = new IdlePoller({ clock, random: () => drawn });

      const [first] = await wakeTimes(poller, clock, 320);

      expect(first).toBe(firstMs);
    }
  });

  it('the idle poller keeps its delay from one receive to the next', async () => {
    const clock = new SimulatedClock();
    const poller = new IdlePoller({ clock, random: middle });
    await wakeTimes(poller, clock, 60_000);

    const receive = poller.join(['queue']);
    let woken = false;
    void receive.sleep(60_000).then(() => {
      woken = true;
    });
    await clock.advance(idleBackoff.maxMs - 1);
    expect(woken).toBe(false);
    await clock.advance(1);

    expect(woken).toBe(true);
  });

  it('a notification wakes the receives of its queue and starts over with the first delay', async () => {
    const clock = new SimulatedClock();
    const poller = new IdlePoller({ clock, random: middle });
    await wakeTimes(poller, clock, 60_000);
    const receive = poller.join(['queue']);
    const sleeping = receive.sleep(60_000);

    poller.notify('queue');
    await sleeping;
    receive.leave();

    expect(await wakeTimes(poller, clock, 800)).toEqual([250, 750]);
  });

  it('a notification of another queue wakes no receive', async () => {
    const clock = new SimulatedClock();
    const poller = new IdlePoller({ clock, random: middle });
    const receive = poller.join(['queue']);
    let woken = false;
    void receive.sleep(60_000).then(() => {
      woken = true;
    });

    poller.notify('other');
    await clock.advance(249);

    expect(woken).toBe(false);
  });

  it('a closed idle poller ends every sleep', async () => {
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
