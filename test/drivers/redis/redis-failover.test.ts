/** Redis connections that lead to the wrong server, or that say nothing. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Broker } from '../../../lib/ports/broker.ts';
import type { BrokerHarness } from '../../contracts/broker/broker-harness.ts';
import { noRedis, type RedisServer, startRedis } from '../../support/redis-server.ts';
import { rejection } from '../../support/rejection.ts';
import { startTcpProxy, type TcpProxy } from '../../support/tcp-proxy.ts';
import { redisHarness } from './redis-harness.ts';

const message = { id: 'one', body: '{}' };

describe.skipIf(noRedis !== null)('a Redis behind one address', () => {
  let server: RedisServer;
  let other: RedisServer;
  let proxy: TcpProxy;
  let harness: BrokerHarness;
  let broker: Broker;

  beforeEach(async () => {
    server = await startRedis();
    other = await startRedis();
    proxy = await startTcpProxy(server.port);
    harness = await redisHarness({ url: `redis://127.0.0.1:${proxy.port}`, replyMs: 500 });
    broker = harness.broker;
  });
  afterEach(async () => {
    await broker.close();
    await proxy.close();
    await Promise.all([server.stop(), other.stop()]);
  });

  /** Sends until the broker takes it; returns how many sends failed. */
  async function sendUntilTaken(queue: string): Promise<number> {
    for (let failures = 0; ; failures += 1) {
      try {
        await broker.send(queue, [message]);
        return failures;
      } catch (error) {
        expect(error).toMatchObject({ code: 'BROKER_UNAVAILABLE', retryable: true });
        await harness.advance(20);
      }
    }
  }

  it('a failover is followed although the old master keeps its connections', async () => {
    await broker.send('queue', [message]);
    // The name now leads to the new master; the old one lives on as its replica.
    await server.command('REPLICAOF', '127.0.0.1', String(other.port));
    proxy.target(other.port);

    const failures = await sendUntilTaken('queue');

    expect(failures).toBeGreaterThan(0);
    expect(failures).toBeLessThan(20);
    expect(await other.command('EXISTS', '{millrace}:ready:queue')).toBe(1);
  });

  it('a connection that is silent is replaced after the deadline of one command', async () => {
    await broker.send('queue', [message]);
    proxy.silence();

    const error = await rejection(broker.stats(['queue']));
    await sendUntilTaken('queue');

    expect(error).toMatchObject({
      code: 'BROKER_UNAVAILABLE',
      retryable: true,
      message: expect.stringContaining('no answer within 500 ms'),
    });
    expect(await broker.stats(['queue'])).toMatchObject([{ ready: 2 }]);
  });

  it('a waiting receive whose connection is silent fails, and the next one is woken by a message', async () => {
    const request = { queues: ['queue'], max: 1, visibilityMs: 60_000, waitMs: 60_000 };
    const waiting = broker.receive(request).catch((error: unknown) => error);
    await expect.poll(() => server.command('CLIENT', 'LIST')).toMatch(/cmd=bzpopmin/);
    proxy.silence();

    // This process notices by any command; the blocking connection is replaced with the others.
    await rejection(broker.stats(['queue']));
    expect(await waiting).toMatchObject({ code: 'BROKER_UNAVAILABLE', retryable: true });
    await expect
      .poll(() => broker.stats(['queue']).catch(() => []), { timeout: 10_000 })
      .toHaveLength(1);
    const next = broker.receive(request);
    await sendUntilTaken('queue');
    expect(await next).toMatchObject([{ id: 'one' }]);
  });

  it('a broker whose connections are silent is closed within seconds', async () => {
    await broker.send('queue', [message]);
    proxy.silence();
    const call = rejection(broker.stats(['queue']));
    const startedAt = performance.now();

    await broker.close();

    expect(performance.now() - startedAt).toBeLessThan(5_000);
    expect(await call).toMatchObject({ code: 'BROKER_UNAVAILABLE' });
  });

  it('a replica is refused by name when the broker is opened', async () => {
    await server.command('REPLICAOF', '127.0.0.1', String(other.port));

    const error = await rejection(redisHarness({ url: server.url }));

    expect(error).toMatchObject({
      code: 'BROKER_UNAVAILABLE',
      retryable: true,
      fields: { passing: true },
      message: expect.stringContaining('it is a replica; its master takes messages'),
    });
  });
});
