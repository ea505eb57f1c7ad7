/** What a Redis is like, for people who ask whether all is well with it. */
import { connectRedis } from './redis-connection.ts';
import { type RedisBrokerOptions, redisSettings } from './redis-settings.ts';
import type { RedisFacts } from './server-facts.ts';

/** Asks the server; the same errors as opening the broker. */
export async function inspectRedis(options: RedisBrokerOptions): Promise<RedisFacts> {
  const { facts, close } = await connectRedis(redisSettings(options));
  await close();
  return facts;
}
