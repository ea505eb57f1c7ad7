import { connectRedis } from './redis-connection.ts';
import type { RedisFacts } from './redis-facts.ts';
import { type RedisBrokerOptions, resolveRedisSettings } from './redis-settings.ts';

/**
 * Connects and returns the facts about the server. Throws the same errors as opening the broker.
 */
export async function inspectRedis(options: RedisBrokerOptions): Promise<RedisFacts> {
  const { facts, close } = await connectRedis(resolveRedisSettings(options));
  await close();
  return facts;
}
