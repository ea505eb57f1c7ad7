/** The Redis broker over TCP: the contract and the model. */
import { afterAll, beforeAll, describe, it } from 'vitest';
import { brokerContract } from '../../contracts/broker/broker-contract.ts';
import { checkAgainstModel } from '../../contracts/broker/broker-model.ts';
import { noRedis, type RedisServer, startRedis } from '../../support/redis-server.ts';
import { redisHarness } from './redis-harness.ts';

describe.skipIf(noRedis !== null)('the Redis broker over TCP', () => {
  let server: RedisServer;

  beforeAll(async () => {
    server = await startRedis();
  });
  afterAll(() => server.stop());

  brokerContract('redis over TCP', () => redisHarness({ url: server.url }));

  it('agrees with the model of a broker over TCP', async () => {
    const harness = await redisHarness({ url: server.url, namespace: 'model' });
    await checkAgainstModel(harness, 15);
    await harness.close();
  });
});
