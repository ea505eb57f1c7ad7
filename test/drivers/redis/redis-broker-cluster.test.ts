/** The Redis broker on a cluster, which it detects: the contract and the model. */
import { afterAll, beforeAll, describe, it } from 'vitest';
import { brokerContract } from '../../contracts/broker/broker-contract.ts';
import { checkAgainstModel } from '../../contracts/broker/broker-model.ts';
import { noRedis, type RedisServer, startRedis } from '../../support/redis-server.ts';
import { redisHarness } from './redis-harness.ts';

describe.skipIf(noRedis !== null)('the Redis broker on a cluster', () => {
  let server: RedisServer;

  beforeAll(async () => {
    server = await startRedis({ cluster: true });
  });
  afterAll(() => server.stop());

  brokerContract('redis cluster', () => redisHarness({ url: server.url }));

  it('the Redis broker on a cluster agrees with the model', async () => {
    const harness = await redisHarness({ url: `${server.url}?cluster=true`, namespace: 'model' });
    await checkAgainstModel(harness, 6);
    await harness.close();
  });
});
