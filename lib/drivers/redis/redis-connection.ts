import type { Clock } from '../../ports/clock.ts';
import { RedisClient, type RedisClientOptions } from './redis-client.ts';
import {
  checkMode,
  checkVersion,
  type RedisFacts,
  readFacts,
  supportsScriptFlags,
} from './redis-facts.ts';
import type { RedisSettings } from './redis-settings.ts';
import { parseRedisUrl, type RedisTarget, type TcpTarget } from './redis-target.ts';
import { createRestSender } from './rest-sender.ts';
import { TcpSender } from './tcp-sender.ts';

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
  const sender = await createRestSender(target);
  const probe = createClient({ sender, target, ...options });
  const facts = await readFacts(probe, clock);
  const flags = await supportsScriptFlags(probe);
  const client = createClient({ sender, target, ...options, flags });
  return { client, facts, blocking: null, close: async () => {} };
}

async function connectTcp(target: TcpTarget, options: RedisSettings): Promise<RedisConnection> {
  const { clock } = options;
  const blocking: TcpConnection[] = [];
  // They lead to the same server: what is wrong with one is wrong with all.
  const renewBlocking = (reason: string) => {
    for (const { sender } of blocking) sender.renew(sender.generation, reason);
  };
  let main = await openTcp(target, target.cluster, options, renewBlocking);
  const facts = await readFactsOrClose(main, clock);
  const cluster = facts.mode === 'cluster';
  if (cluster && !target.cluster) {
    main.sender.destroy();
    main = await openTcp(target, true, options, renewBlocking);
  }
  return {
    client: main.client,
    facts,
    blocking: async () => {
      const own = await openTcp(target, cluster, options);
      blocking.push(own);
      return own.client;
    },
    close: async () => {
      for (const { sender } of blocking) sender.destroy();
      await main.sender.close();
    },
  };
}

interface TcpConnection {
  readonly sender: TcpSender;
  readonly client: RedisClient;
}

async function openTcp(
  target: TcpTarget,
  cluster: boolean,
  options: RedisSettings,
  onGivenUp: (reason: string) => void = () => {},
): Promise<TcpConnection> {
  const { keys, random, clock } = options;
  const route = keys.route;
  const sender = new TcpSender({ target, cluster, route, random, clock, onGivenUp });
  const client = createClient({ sender, target, ...options, connection: sender });
  try {
    await sender.connect();
  } catch (error) {
    throw client.toError(error, 'connect');
  }
  return { sender, client };
}

async function readFactsOrClose(
  { sender, client }: TcpConnection,
  clock: Clock,
): Promise<RedisFacts> {
  try {
    const facts = await readFacts(client, clock);
    checkVersion(facts, client.description);
    checkMode(facts, client);
    return facts;
  } catch (error) {
    sender.destroy();
    throw error;
  }
}

type ClientParts = Omit<RedisClientOptions, 'description'> & { readonly target: RedisTarget };

function createClient({ sender, target, clock, replyMs, flags = true, connection }: ClientParts) {
  const { description } = target;
  return new RedisClient({
    sender,
    clock,
    replyMs,
    description,
    flags,
    ...(connection !== undefined && { connection }),
  });
}
