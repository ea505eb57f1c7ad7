/**
 * Opens the broker in Redis: connects, checks the server, and puts the parts together. Over TCP a
 * receive waits on a connection that blocks, over REST by looking again.
 */
import { randomUUID } from 'node:crypto';
import type { Broker } from '../../ports/broker.ts';
import { IdlePoller } from './idle-poller.ts';
import type { RedisClient } from './redis-client.ts';
import { connectRedis, type RedisConnection } from './redis-connection.ts';
import { RedisQueues } from './redis-queues.ts';
import { type RedisBrokerOptions, type RedisSettings, redisSettings } from './redis-settings.ts';
import { wakeScript } from './scripts/administration.ts';
import type { Waiting } from './waiting.ts';
import { WakeListener } from './wake-listener.ts';

/**
 * Throws `INVALID_CONFIGURATION` for a URL or a server that cannot serve, `BROKER_UNAVAILABLE` when
 * it does not answer. What is dangerous about the server is told to `onWarning`.
 */
export async function openRedisBroker(options: RedisBrokerOptions): Promise<Broker> {
  const settings = redisSettings(options);
  const connection = await connectRedis(settings);
  for (const warning of connection.facts.warnings) options.onWarning?.(warning);
  try {
    return new RedisQueues({
      client: connection.client,
      keys: settings.keys,
      waiting: waitingOn(connection, settings),
      clock: settings.clock,
      maxReceiveCount: settings.maxReceiveCount,
      close: connection.close,
    });
  } catch (error) {
    await connection.close();
    throw error;
  }
}

function waitingOn({ client, blocking }: RedisConnection, settings: RedisSettings): Waiting {
  const { clock, random, logger, keys } = settings;
  if (blocking === null) return new IdlePoller({ clock, random });
  const own = keys.wake(randomUUID());
  const connected = onDemand(blocking);
  return new WakeListener({
    clock,
    random,
    logger,
    block: async (queues, ms) => {
      const markers = queues.map((queue) => keys.marker(queue));
      const line = await connected();
      const popped = await line.call<readonly string[] | null>(
        ['BZPOPMIN', own, ...markers, ms / 1_000],
        ms,
      );
      return popped === null ? null : keys.queueOfMarker(popped[0] ?? '');
    },
    interrupt: async () => {
      await client.run(wakeScript, [own], []);
    },
    putBack: async (queue) => {
      await client.call(['ZADD', keys.marker(queue), 0, '1']);
    },
  });
}

/** One connection, made when the first receive waits; a try that failed is made again. */
function onDemand(connect: () => Promise<RedisClient>): () => Promise<RedisClient> {
  let made: Promise<RedisClient> | undefined;
  return () => {
    made ??= connect().catch((error: unknown) => {
      made = undefined;
      throw error;
    });
    return made;
  };
}
