/**
 * Connects to Redis as its URL asks, finds out whether it is a cluster, and refuses what is too
 * old.
 */
import type { Redis } from '@upstash/redis';
import type { Clock } from '../../ports/clock.ts';
import { RawRedis, RedisClient, restRedis } from './redis-client.ts';

import type { RedisSettings } from './redis-settings.ts';
import { type RedisTarget, readRedisUrl, type TcpTarget } from './redis-target.ts';
import { checkVersion, knowsScriptFlags, type RedisFacts, readFacts } from './server-facts.ts';
import { TcpRequester } from './tcp-requester.ts';

/** A Redis that has answered. */
export interface RedisConnection {
  readonly client: RedisClient;
  readonly facts: RedisFacts;
  /** A connection of its own for commands that block; null over REST, where none can. */
  readonly blocking: (() => Promise<RedisClient>) | null;
  /** Closes all connections. */
  close(): Promise<void>;
}

/** Throws `INVALID_CONFIGURATION` or `BROKER_UNAVAILABLE`. */
export async function connectRedis(options: RedisSettings): Promise<RedisConnection> {
  const target = readRedisUrl(options.url, options.token);
  if (target.kind === 'tcp') return await connectTcp(target, options);
  const { clock } = options;
  const redis = restRedis(target);
  const asking = clientOf(redis, target, clock);
  const facts = await readFacts(asking, clock);
  const flags = await knowsScriptFlags(asking);
  const client = clientOf(redis, target, clock, flags);
  return { client, facts, blocking: null, close: async () => {} };
}

async function connectTcp(target: TcpTarget, options: RedisSettings): Promise<RedisConnection> {
  const { clock } = options;
  let line = await openLine(target, target.cluster, options);
  const facts = await factsOrClose(line, clock);
  const cluster = facts.mode === 'cluster';
  if (cluster && !target.cluster) {
    line.requester.destroy();
    line = await openLine(target, true, options);
  }
  const blocking: Line[] = [];
  return {
    client: line.client,
    facts,
    blocking: async () => {
      const own = await openLine(target, cluster, options);
      blocking.push(own);
      return own.client;
    },
    close: async () => {
      for (const { requester } of blocking) requester.destroy();
      await line.requester.close();
    },
  };
}

interface Line {
  readonly requester: TcpRequester;
  readonly client: RedisClient;
}

async function openLine(
  target: TcpTarget,
  cluster: boolean,
  { keys, random, clock }: RedisSettings,
): Promise<Line> {
  const requester = new TcpRequester({ target, cluster, route: keys.route, random, clock });
  const client = clientOf(new RawRedis(requester), target, clock);
  try {
    await requester.connect();
  } catch (error) {
    throw client.toError(error, 'connect');
  }
  return { requester, client };
}

async function factsOrClose({ requester, client }: Line, clock: Clock): Promise<RedisFacts> {
  try {
    const facts = await readFacts(client, clock);
    checkVersion(facts, client.description);
    return facts;
  } catch (error) {
    requester.destroy();
    throw error;
  }
}

function clientOf(redis: Redis, target: RedisTarget, clock: Clock, flags = true): RedisClient {
  return new RedisClient({ redis, clock, description: target.description, flags });
}
