/** A Redis broker under contract: real time, and a new queue name for each clause. */
import { openRedisBroker } from '../../../lib/drivers/redis/open-redis-broker.ts';
import type { RedisBrokerOptions } from '../../../lib/drivers/redis/redis-settings.ts';
import { systemClock } from '../../../lib/drivers/system/system-clock.ts';
import { pause } from '../../../lib/retry/pause.ts';
import { type BrokerHarness, maxReceiveCount } from '../../contracts/broker/broker-harness.ts';
import { QuietLogger } from '../../support/quiet-logger.ts';

let queues = 0;

/** Creates a harness with its own broker; other harnesses may use the same server. */
export async function redisHarness(options: Partial<RedisBrokerOptions>): Promise<BrokerHarness> {
  const { url = '' } = options;
  const broker = await openRedisBroker({
    logger: new QuietLogger(),
    clock: systemClock,
    maxReceiveCount,
    ...options,
    url,
  });
  return {
    broker,
    tickMs: 40,
    newQueue: async () => {
      queues += 1;
      return `queue ${queues}: {é}`;
    },
    // Redis's own clock must pass the time too; the extra milliseconds cover the difference.
    advance: (ms) => pause(systemClock, ms + 3),
    close: () => broker.close(),
  };
}
