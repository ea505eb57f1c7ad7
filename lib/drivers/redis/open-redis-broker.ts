import { randomUUID } from 'node:crypto';
import type { Broker } from '../../ports/broker.ts';
import { IdlePoller } from './idle-poller.ts';
import { RedisBroker } from './redis-broker.ts';
import type { RedisClient } from './redis-client.ts';
import { connectRedis, type RedisConnection } from './redis-connection.ts';
import {
  type RedisBrokerOptions,
  type RedisSettings,
  resolveRedisSettings,
} from './redis-settings.ts';
import { wakeScript } from './scripts/administration.ts';
import { WakeListener } from './wake-listener.ts';
import type { WakeSource } from './wake-source.ts';

/**
 * Opens the broker in Redis: connects, checks the server and constructs the broker. Over TCP a
 * waiting receive blocks on a connection of its own; over REST it polls.
 *
 * Throws `INVALID_CONFIGURATION` for a URL or a server that cannot be used, `BROKER_UNAVAILABLE`
 * when the server does not respond. Dangerous settings of the server are reported to `onWarning`.
 */
export async function openRedisBroker(options: RedisBrokerOptions): Promise<Broker> {
  const settings = resolveRedisSettings(options);
  const connection = await connectRedis(settings);
  for (const warning of connection.facts.warnings) options.onWarning?.(warning);
  try {
    return new RedisBroker({
      client: connection.client,
      keys: settings.keys,
      wakeSource: createWakeSource(connection, settings),
      clock: settings.clock,
      logger: settings.logger,
      maxReceiveCount: settings.maxReceiveCount,
      close: connection.close,
    });
  } catch (error) {
    await connection.close();
    throw error;
  }
}

function createWakeSource(
  { client, blocking }: RedisConnection,
  settings: RedisSettings,
): WakeSource {
  const { clock, random, logger, keys } = settings;
  if (blocking === null) return new IdlePoller({ clock, random });
  const wakeKey = keys.wake(randomUUID());
  const connect = openOnce(blocking);
  return new WakeListener({
    clock,
    random,
    logger,
    block: async (queues, ms) => {
      const markers = queues.map((queue) => keys.marker(queue));
      const connection = await connect();
      const popped = await connection.call<readonly string[] | null>(
        ['BZPOPMIN', wakeKey, ...markers, ms / 1_000],
        ms,
      );
      return popped === null ? null : keys.parseMarker(popped[0] ?? '');
    },
    interrupt: async () => {
      await client.run(wakeScript, [wakeKey], []);
    },
    putBack: async (queue) => {
      await client.call(['ZADD', keys.marker(queue), 0, '1']);
    },
  });
}

/** Opens a connection when the first receive waits, and again after a failed attempt. */
function openOnce(connect: () => Promise<RedisClient>): () => Promise<RedisClient> {
  let opened: Promise<RedisClient> | undefined;
  return () => {
    opened ??= connect().catch((error: unknown) => {
      opened = undefined;
      throw error;
    });
    return opened;
  };
}
