/** What happens to a hint, at every stage of a receive. */
import { beforeEach, describe, expect, it } from 'vitest';
import { WakeListener } from '../../../lib/drivers/redis/wake-listener.ts';
import { QuietLogger } from '../../support/quiet-logger.ts';
import { SimulatedClock } from '../../support/simulated-clock.ts';

interface Block {
  readonly queues: readonly string[];
  resolveWith(queue: string | null): void;
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
          blocks.push({ queues, resolveWith: resolve, fail: () => reject(new Error('cut')) });
        }),
      interrupt: async () => blocks.at(-1)?.resolveWith(null),
      putBack: async (queue) => {
        putBack.push(queue);
      },
    });
  });

  it('the listener does not block while no receive sleeps', async () => {
    const receive = listener.join(['a']);
    receive.beginPoll();
    await clock.advance(60_000);

    expect(blocks).toEqual([]);
  });

  it('a hint wakes one sleeping receive, and the listener blocks only while one sleeps', async () => {
    const [first, second] = [listener.join(['a']), listener.join(['a'])];
    const woken = [first.sleep(9_000), second.sleep(9_000)];

    blocks[0]?.resolveWith('a');
    await Promise.race(woken);
    await clock.advance(0);
    expect(blocks).toHaveLength(2);
    blocks[1]?.resolveWith('a');
    await Promise.all(woken);
    await clock.advance(0);

    expect(blocks).toHaveLength(2);
    expect(clock.now()).toBe(new SimulatedClock().now());
  });

  it('a hint is returned when its receive leaves without another poll', async () => {
    const receive = listener.join(['a']);
    receive.beginPoll();
    const sleeping = receive.sleep(9_000);

    blocks[0]?.resolveWith('a');
    await sleeping;
    receive.leave();

    expect(putBack).toEqual(['a']);
  });

  it('a hint that its receive has polled after is used up', async () => {
    const receive = listener.join(['a']);
    const sleeping = receive.sleep(9_000);
    blocks[0]?.resolveWith('a');
    await sleeping;

    receive.beginPoll();
    receive.leave();

    expect(putBack).toEqual([]);
  });

  it('a receive that gets a hint during its poll does not fall asleep', async () => {
    const [asleep, polling] = [listener.join(['b']), listener.join(['a'])];
    const sleeping = polling.sleep(1);
    void asleep.sleep(9_000);
    await clock.advance(1);
    await sleeping;
    polling.beginPoll();
    blocks[0]?.resolveWith(null);
    await clock.advance(0);
    blocks.at(-1)?.resolveWith('a');
    await clock.advance(0);

    await polling.sleep(9_000);
    polling.leave();

    expect(putBack).toEqual(['a']);
  });

  it('a hint that no receive here waits for is returned', async () => {
    const receive = listener.join(['a']);
    const sleeping = receive.sleep(1);
    await clock.advance(1);
    await sleeping;
    receive.leave();

    blocks[0]?.resolveWith('a');
    await clock.advance(0);

    expect(putBack).toEqual(['a']);
    expect(blocks).toHaveLength(1);
  });

  it('the listener blocks again when a receive waits for another queue', async () => {
    void listener.join(['a']).sleep(9_000);
    void listener.join(['a', 'b']).sleep(9_000);
    await clock.advance(0);

    expect(blocks.map(({ queues }) => queues)).toEqual([['a'], ['a', 'b']]);
  });

  it('a broken connection wakes every receive, and the listener pauses longer each time', async () => {
    const receive = listener.join(['a']);
    const times: number[] = [];
    const startedAt = clock.now();
    for (let failures = 0; failures < 3; failures += 1) {
      const sleeping = receive.sleep(9_000);
      await clock.advance(5_000);
      times.push(blocks.length);
      blocks.at(-1)?.fail();
      await sleeping;
    }

    expect(times).toEqual([1, 2, 3]);
    expect(clock.now() - startedAt).toBe(15_000);
  });

  it('the listener blocks again after a sleep that was over before it began', async () => {
    const [asleep, polling] = [listener.join(['a']), listener.join(['a'])];
    const sleeping = asleep.sleep(9_000);
    blocks[0]?.fail();
    await sleeping;
    await clock.advance(5_000);

    await polling.sleep(9_000);
    void polling.sleep(9_000);

    expect(blocks).toHaveLength(2);
  });

  it('the listener closes although its blocking call never ends', async () => {
    const sleeping = listener.join(['a']).sleep(9_000);
    const closing = listener.close();
    await sleeping;
    await clock.advance(1_000);

    await closing;
    await listener.join(['a']).sleep(9_000);
  });
});
