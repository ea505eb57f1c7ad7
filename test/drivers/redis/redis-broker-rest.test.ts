/** The Redis broker over the REST protocol of Upstash: contract, model, and the commands sent. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { brokerContract } from '../../contracts/broker/broker-contract.ts';
import { longMs, messages } from '../../contracts/broker/broker-harness.ts';
import { checkAgainstModel } from '../../contracts/broker/broker-model.ts';
import { noRedis, type RedisServer, startRedis } from '../../support/redis-server.ts';
import { startUpstash, type UpstashServer } from '../../support/upstash-server.ts';
import { redisHarness } from './redis-harness.ts';

describe.skipIf(noRedis !== null)('the Redis broker over REST', () => {
  let redis: RedisServer;
  let rest: UpstashServer;

  beforeAll(async () => {
    redis = await startRedis();
    rest = await startUpstash(redis);
  });
  afterAll(async () => {
    await rest.stop();
    await redis.stop();
  });

  const make = () => redisHarness({ url: rest.url, token: rest.token });

  brokerContract('redis over REST', make);

  it('the Redis broker over REST agrees with the model', async () => {
    const harness = await redisHarness({ url: rest.url, token: rest.token, namespace: 'model' });
    await checkAgainstModel(harness, 6);
    await harness.close();
  });

  it('a receive takes from all queues with one command', async () => {
    const { broker, newQueue, close } = await make();
    const queues = [await newQueue(), await newQueue(), await newQueue()];
    for (const queue of queues) await broker.send(queue, messages(2));
    const before = rest.commands.length;

    const taken = await broker.receive({ queues, max: 10, visibilityMs: longMs, waitMs: 0 });
    await broker.acknowledge(taken);

    expect(taken).toHaveLength(6);
    expect(rest.commands.slice(before)).toEqual(['EVALSHA', 'EVALSHA']);
    await close();
  });

  it('the broker works with a service that does not support script flags', async () => {
    const plain = await startUpstash(redis, { scriptFlags: false });
    const { url, token } = plain;
    const { broker, newQueue, close } = await redisHarness({ url, token });
    const queue = await newQueue();
    await broker.send(queue, messages(1));

    const taken = await broker.receive({ queues: [queue], max: 1, visibilityMs: 10, waitMs: 0 });

    expect(await broker.acknowledge(taken)).toEqual([]);
    await close();
    await plain.stop();
  });

  it('a command whose reply is lost is not sent twice', async () => {
    const { broker, newQueue, close } = await make();
    const queue = await newQueue();
    await broker.send(queue, messages(1));
    const before = rest.commands.length;

    rest.behave('lose the reply');
    const lost = broker.receive({ queues: [queue], max: 1, visibilityMs: longMs, waitMs: 0 });
    await expect(lost).rejects.toMatchObject({ code: 'BROKER_UNAVAILABLE', retryable: true });
    rest.behave('reply');

    expect(rest.commands.slice(before)).toEqual(['EVALSHA']);
    expect(await broker.stats([queue])).toMatchObject([{ ready: 0, inFlight: 1 }]);
    await close();
  });

  it('the error for a wrong token does not contain the token', async () => {
    const opening = redisHarness({ url: rest.url, token: 'not the token' });

    const error: unknown = await opening.catch((caught: unknown) => caught);

    expect(error).toMatchObject({ code: 'BROKER_UNAVAILABLE', retryable: false });
    expect(String(error)).toContain('refused');
    expect(String(error)).not.toContain('not the token');
  });
});
