/** What becomes of a hint, wherever it comes in the life of a receive. */
import { beforeEach, describe, expect, it } from 'vitest';
import { WakeListener } from '../../../lib/drivers/redis/wake-listener.ts';
import { QuietLogger } from '../../support/quiet-logger.ts';
import { SimulatedClock } from '../../support/simulated-clock.ts';

interface Block {
  readonly queues: readonly string[];
  give(queue: string | null): void;
  fail(): void;
}

describe('the wake listener', () => {
  let clock: SimulatedClock;
  let listener: WakeListener;
  let blocks: Block[];
  let putBack: string[];

  beforeEach(() => {
    clock = new SimulatedClock();
    blocks = [];
    putBack = [];
    listener = new WakeListener({
      clock,
      logger: new QuietLogger(),
      random: () => 0.5,
      block: (queues) =>
        new Promise((resolve, reject) => {
          blocks.push({ queues, give: resolve, fail: () => reject(new Error('cut')) });
        }),
      interrupt: async () => blocks.at(-1)?.give(null),
      putBack: async (queue) => {
        putBack.push(queue);
      },
    });
  });

  it('listens to nothing while nobody sleeps', async () => {
    const waiter = listener.join(['a']);
    waiter.look();
    await clock.advance(60_000);

    expect(blocks).toEqual([]);
  });

  it('wakes one sleeper for one hint, and listens no longer than somebody sleeps', async () => {
    const [first, second] = [listener.join(['a']), listener.join(['a'])];
    const woken = [first.sleep(9_000), second.sleep(9_000)];

    blocks[0]?.give('a');
    await Promise.race(woken);
    await clock.advance(0);
    expect(blocks).toHaveLength(2);
    blocks[1]?.give('a');
    await Promise.all(woken);
    await clock.advance(0);

    expect(blocks).toHaveLength(2);
    expect(clock.now()).toBe(new SimulatedClock().now());
  });

  it('passes a hint on when its receive ends without another look', async () => {
    const waiter = listener.join(['a']);
    waiter.look();
    const sleeping = waiter.sleep(9_000);

    blocks[0]?.give('a');
    await sleeping;
    waiter.leave();

    expect(putBack).toEqual(['a']);
  });

  it('keeps a hint that its receive has looked after', async () => {
    const waiter = listener.join(['a']);
    const sleeping = waiter.sleep(9_000);
    blocks[0]?.give('a');
    await sleeping;

    waiter.look();
    waiter.leave();

    expect(putBack).toEqual([]);
  });

  it('lets nobody fall asleep who was hinted at while looking', async () => {
    const [asleep, looking] = [listener.join(['b']), listener.join(['a'])];
    const sleeping = looking.sleep(1);
    void asleep.sleep(9_000);
    await clock.advance(1);
    await sleeping;
    looking.look();
    blocks[0]?.give(null);
    await clock.advance(0);
    blocks.at(-1)?.give('a');
    await clock.advance(0);

    await looking.sleep(9_000);
    looking.leave();

    expect(putBack).toEqual(['a']);
  });

  it('gives a hint back that nobody here waits for any more', async () => {
    const waiter = listener.join(['a']);
    const sleeping = waiter.sleep(1);
    await clock.advance(1);
    await sleeping;
    waiter.leave();

    blocks[0]?.give('a');
    await clock.advance(0);

    expect(putBack).toEqual(['a']);
    expect(blocks).toHaveLength(1);
  });

  it('listens anew when somebody waits for another queue', async () => {
    void listener.join(['a']).sleep(9_000);
    void listener.join(['a', 'b']).sleep(9_000);
    await clock.advance(0);

    expect(blocks.map(({ queues }) => queues)).toEqual([['a'], ['a', 'b']]);
  });

  it('makes everyone look when its connection breaks, and pauses longer each time', async () => {
    const waiter = listener.join(['a']);
    const times: number[] = [];
    const begunAt = clock.now();
    for (let failures = 0; failures < 3; failures += 1) {
      const sleeping = waiter.sleep(9_000);
      await clock.advance(5_000);
      times.push(blocks.length);
      blocks.at(-1)?.fail();
      await sleeping;
    }

    expect(times).toEqual([1, 2, 3]);
    expect(clock.now() - begunAt).toBe(15_000);
  });

  it('listens again after a sleep that was over before it began', async () => {
    const [asleep, looking] = [listener.join(['a']), listener.join(['a'])];
    const sleeping = asleep.sleep(9_000);
    blocks[0]?.fail();
    await sleeping;
    await clock.advance(5_000);

    await looking.sleep(9_000);
    void looking.sleep(9_000);

    expect(blocks).toHaveLength(2);
  });

  it('closes though a block never ends', async () => {
    const sleeping = listener.join(['a']).sleep(9_000);
    const closing = listener.close();
    await sleeping;
    await clock.advance(1_000);

    await closing;
    await listener.join(['a']).sleep(9_000);
  });
});
