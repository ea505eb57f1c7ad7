/** A Redis broker under contract: real time, queues named anew for each clause. */
import { openRedisBroker } from '../../../lib/drivers/redis/redis-broker.ts';
import type { RedisBrokerOptions } from '../../../lib/drivers/redis/redis-settings.ts';
import { systemClock } from '../../../lib/drivers/system/system-clock.ts';
import { pause } from '../../../lib/ports/clock.ts';
import { type BrokerHarness, maxReceiveCount } from '../../contracts/broker/broker-harness.ts';
import { QuietLogger } from '../../support/quiet-logger.ts';

let queues = 0;

/** A harness over a broker of its own; other harnesses may use the same server. */
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
    // Redis's own time has to pass, and two clocks are read.
    advance: (ms) => pause(systemClock, ms + 3),
    close: () => broker.close(),
  };
}
