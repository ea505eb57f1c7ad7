/** The Redis broker by way of Sentinels: a master, a replica and three Sentinels. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { BrokerHarness } from '../../contracts/broker/broker-harness.ts';
import { type SentinelGroup, startSentinelGroup } from '../../support/redis-groups.ts';
import { noRedis } from '../../support/redis-server.ts';
import { rejection } from '../../support/rejection.ts';
import { redisHarness } from './redis-harness.ts';

describe.skipIf(noRedis !== null)('the Redis broker by way of Sentinels', () => {
  let group: SentinelGroup;
  let harness: BrokerHarness;

  beforeAll(async () => {
    group = await startSentinelGroup();
    harness = await redisHarness({ url: group.url, replyMs: 2_000 });
  });
  afterAll(async () => {
    await harness?.broker.close();
    await group?.stop();
  });

  it('a failover of the Sentinels is followed, and sends go to the new master', async () => {
    const { broker } = harness;
    await broker.send('queue', [{ id: 'before', body: '{}' }]);
    expect(await group.master.command('EXISTS', '{millrace}:ready:queue')).toBe(1);

    await group.failOver();
    const after = { id: 'after', body: '{}' };
    await expect
      .poll(() => broker.send('queue', [after]).catch(() => []), { timeout: 20_000 })
      .toMatchObject([{ sent: true }]);

    const request = { queues: ['queue'], max: 10, visibilityMs: 60_000, waitMs: 0 };
    const taken = await broker.receive(request);
    // The replica had received what was sent before.
    expect(taken.map(({ id }) => id)).toEqual(['before', 'after']);
    expect(await group.replica.command<string[]>('ROLE')).toContain('master');
  });

  it('a master that no Sentinel knows is reported with the Sentinels that were asked', async () => {
    const url = group.url.replace('/orders', '/nothing');

    expect(await rejection(redisHarness({ url }))).toMatchObject({
      code: 'BROKER_UNAVAILABLE',
      message: expect.stringMatching(/127\.0\.0\.1:\d+ knows no master 'nothing'/),
    });
  });

  it('a Sentinel that is given as the server is refused in words', async () => {
    const [node = ''] = group.url.replace('redis+sentinel://', '').split(',');

    expect(await rejection(redisHarness({ url: `redis://${node}` }))).toMatchObject({
      code: 'INVALID_CONFIGURATION',
      message: expect.stringMatching(/is a Sentinel .*redis\+sentinel:\/\//),
    });
  });
});
