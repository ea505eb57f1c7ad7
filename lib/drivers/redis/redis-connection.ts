import type { Redis } from '@upstash/redis';
import type { Clock } from '../../ports/clock.ts';
import { createRestRedis, RawRedis, RedisClient } from './redis-client.ts';
import { checkVersion, type RedisFacts, readFacts, supportsScriptFlags } from './redis-facts.ts';
import type { RedisSettings } from './redis-settings.ts';
import { parseRedisUrl, type RedisTarget, type TcpTarget } from './redis-target.ts';
import { TcpRequester } from './tcp-requester.ts';

/** A connection to a Redis that has responded. */
export interface RedisConnection {
  readonly client: RedisClient;
  readonly facts: RedisFacts;
  /** Opens a connection for blocking commands; null over REST, where none can block. */
  readonly blocking: (() => Promise<RedisClient>) | null;
  /** Closes all connections. */
  close(): Promise<void>;
}

/**
 * Connects to Redis by its URL, detects whether it is a cluster, and refuses a version that is too
 * old. Throws `INVALID_CONFIGURATION` or `BROKER_UNAVAILABLE`.
 */
export async function connectRedis(options: RedisSettings): Promise<RedisConnection> {
  const target = parseRedisUrl(options.url, options.token);
  if (target.kind === 'tcp') return await connectTcp(target, options);
  const { clock } = options;
  const redis = createRestRedis(target);
  const probe = createClient(redis, target, clock);
  const facts = await readFacts(probe, clock);
  const flags = await supportsScriptFlags(probe);
  const client = createClient(redis, target, clock, flags);
  return { client, facts, blocking: null, close: async () => {} };
}

async function connectTcp(target: TcpTarget, options: RedisSettings): Promise<RedisConnection> {
  const { clock } = options;
  let main = await openTcp(target, target.cluster, options);
  const facts = await readFactsOrClose(main, clock);
  const cluster = facts.mode === 'cluster';
  if (cluster && !target.cluster) {
    main.requester.destroy();
    main = await openTcp(target, true, options);
  }
  const blocking: TcpConnection[] = [];
  return {
    client: main.client,
    facts,
    blocking: async () => {
      const own = await openTcp(target, cluster, options);
      blocking.push(own);
      return own.client;
    },
    close: async () => {
      for (const { requester } of blocking) requester.destroy();
      await main.requester.close();
    },
  };
}

interface TcpConnection {
  readonly requester: TcpRequester;
  readonly client: RedisClient;
}

async function openTcp(
  target: TcpTarget,
  cluster: boolean,
  { keys, random, clock }: RedisSettings,
): Promise<TcpConnection> {
  const requester = new TcpRequester({ target, cluster, route: keys.route, random, clock });
  const client = createClient(new RawRedis(requester), target, clock);
  try {
    await requester.connect();
  } catch (error) {
    throw client.toError(error, 'connect');
  }
  return { requester, client };
}

async function readFactsOrClose(
  { requester, client }: TcpConnection,
  clock: Clock,
): Promise<RedisFacts> {
  try {
    const facts = await readFacts(client, clock);
    checkVersion(facts, client.description);
    return facts;
  } catch (error) {
    requester.destroy();
    throw error;
  }
}

function createClient(redis: Redis, target: RedisTarget, clock: Clock, flags = true): RedisClient {
  return new RedisClient({ redis, clock, description: target.description, flags });
}
