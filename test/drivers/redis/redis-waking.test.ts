/** Wakeups over TCP and their cost: Redis itself counts the commands. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Keys } from '../../../lib/drivers/redis/keys.ts';
import { openRedisBroker } from '../../../lib/drivers/redis/open-redis-broker.ts';
import { systemClock } from '../../../lib/drivers/system/system-clock.ts';
import type { Broker, Delivery } from '../../../lib/ports/broker.ts';
import type { Clock } from '../../../lib/ports/clock.ts';
import { longMs, messages, toIds } from '../../contracts/broker/broker-harness.ts';
import { QuietLogger } from '../../support/quiet-logger.ts';
import { noRedis, type RedisServer, startRedis } from '../../support/redis-server.ts';
import { SimulatedClock } from '../../support/simulated-clock.ts';

describe.skipIf(noRedis !== null)('waiting over TCP', () => {
  let server: RedisServer;
  let brokers: Broker[];

  beforeEach(async () => {
    server = await startRedis();
    brokers = [];
  });
  afterEach(async () => {
    await Promise.all(brokers.map((broker) => broker.close()));
    await server.stop();
  });

  async function open(clock: Clock = systemClock): Promise<Broker> {
    const logger = new QuietLogger();
    const broker = await openRedisBroker({
      url: server.url,
      logger,
      clock,
      random: () => 0.5,
      // Longer than any simulated time in which Redis, in real time, does not answer.
      replyMs: 15_000,
    });
    brokers.push(broker);
    return broker;
  }

  /** Opens brokers whose receives all sleep. */
  async function openAsleep(count: number, max: number, stop: AbortSignal) {
    const sender = await open();
    const waiting: Promise<Delivery[]>[] = [];
    for (let opened = 0; opened < count; opened += 1) {
      const broker = await open();
      const request = { queues: ['a', 'b'], max, visibilityMs: longMs, waitMs: longMs };
      waiting.push(broker.receive({ ...request, signal: stop }));
    }
    await untilBlocked(count);
    return { sender, waiting };
  }

  async function untilBlocked(count: number): Promise<void> {
    for (;;) {
      const info = await server.command<string>('INFO', 'clients');
      if (info.includes(`blocked_clients:${count}\r`)) return;
    }
  }

  async function calls(command: string): Promise<number> {
    const info = await server.command<string>('INFO', 'commandstats');
    const [, count = '0'] = new RegExp(`cmdstat_${command}:calls=(\\d+)`).exec(info) ?? [];
    return Number(count);
  }

  /** Counts the polls of a line: only the receive script contains the command. */
  function polls(): Promise<number> {
    return calls('zpopmin');
  }

  it('a message wakes one process of many', async () => {
    const stop = new AbortController();
    const { sender, waiting } = await openAsleep(12, 10, stop.signal);
    const before = await polls();

    await sender.send('b', messages(1));
    const taken = await Promise.race(waiting.map(async (one) => await one));

    expect(toIds(taken)).toEqual(['task-0']);
    await untilBlocked(11);
    // One poll, of both queues.
    expect((await polls()) - before).toBe(2);
    stop.abort();
  });

  it('a large send wakes only as many receivers as it needs, one after the other', async () => {
    const stop = new AbortController();
    const { sender, waiting } = await openAsleep(12, 100, stop.signal);
    const before = await polls();

    const four = new Promise<void>((resolve) => {
      let served = 0;
      for (const one of waiting) {
        void one.then(() => {
          served += 1;
          if (served === 4) resolve();
        });
      }
    });
    await sender.send('a', messages(400));
    await four;
    await untilBlocked(8);
    const polled = (await polls()) - before;
    stop.abort();

    const taken = (await Promise.all(waiting)).map((deliveries) => deliveries.length);
    expect(taken.filter((count) => count > 0)).toEqual([100, 100, 100, 100]);
    expect(polled).toBe(4);
  });

  it('a full receive sets the markers of the queues that it did not empty', async () => {
    const broker = await open();
    const keys = new Keys('millrace');
    const markers = ['a', 'b', 'c'].map((queue) => keys.marker(queue));
    await broker.send('a', messages(2));
    await broker.send('b', messages(1));
    await server.command('DEL', ...markers);

    await broker.receive({ queues: ['a', 'b', 'c'], max: 1, visibilityMs: longMs, waitMs: 0 });

    const marked = await Promise.all(markers.map((key) => server.command('EXISTS', key)));
    expect(marked).toEqual([1, 1, 0]);
  });

  it('a hint for a process that no longer waits goes to another', async () => {
    const first = await open();
    const second = await open();
    const stop = new AbortController();
    const request = { queues: ['a'], max: 1, visibilityMs: longMs, waitMs: longMs };
    const given = first.receive({ ...request, signal: stop.signal });
    await untilBlocked(1);
    stop.abort();
    expect(await given).toEqual([]);
    const waiting = second.receive(request);
    await untilBlocked(2);

    await second.send('a', messages(1));

    expect(toIds(await waiting)).toEqual(['task-0']);
  });

  it('an idle worker polls at most 24 times a minute, far less with a long wait', async () => {
    for (const [waitMs, pollsMax] of [
      [5_000, 6],
      [15_000, 2],
    ] as const) {
      const clock = new SimulatedClock();
      const broker = await open(clock);
      const before = [await calls('evalsha'), await calls('bzpopmin')];
      const stop = new AbortController();
      const idle = (async () => {
        while (!stop.signal.aborted) {
          const request = { queues: ['a', 'b'], max: 10, visibilityMs: longMs, waitMs };
          await broker.receive({ ...request, signal: stop.signal });
        }
      })();

      // Redis blocks in real time, and so it sees only one blocking command in the simulated 25 s.
      await untilBlocked(1);
      for (let ms = 0; ms < 25_000; ms += 1_000) {
        await clock.advance(1_000);
        await server.command('PING');
      }

      const after = [await calls('evalsha'), await calls('bzpopmin')];
      const [polled = 0, blocked = 0] = after.map((count, index) => count - (before[index] ?? 0));
      expect(polled).toBeGreaterThan(0);
      expect(polled).toBeLessThanOrEqual(pollsMax);
      expect(blocked).toBe(1);
      stop.abort();
      await idle;
      await broker.close();
    }
  });
});
