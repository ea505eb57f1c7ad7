import type { CommandSender } from './redis-client.ts';
import type { RestTarget } from './redis-target.ts';

/**
 * Creates a sender over the REST protocol of Upstash. Its package is loaded here, because a Redis
 * over TCP does not need it.
 */
export async function createRestSender({ url, token }: RestTarget): Promise<CommandSender> {
  const { Redis } = await import('@upstash/redis');
  const redis = new Redis({
    url,
    token,
    // One attempt a call: `retry: false` would make two.
    retry: { retries: 0 },
    automaticDeserialization: false,
    enableAutoPipelining: false,
    enableTelemetry: false,
  });
  return {
    send: ([name, ...args]) => redis.exec([String(name), ...args]),
  };
}
