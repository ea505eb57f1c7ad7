/**
 * The Redis that is measured: one of its own, in a temporary folder, as a queue should be kept: an
 * append-only file that reaches the disk each second, and nothing ever evicted. Both sides of a
 * comparison use it.
 */
import { Redis } from 'ioredis';
import { noRedis, type RedisServer, startRedis } from '../test/support/redis-server.ts';

/** A running Redis, empty at first. */
export interface BenchRedis {
  readonly server: RedisServer;
  /** Version and settings, for the knobs of every figure. */
  readonly facts: Readonly<Record<string, string>>;
  /** Empties it, and waits until that has reached the disk too. */
  empty(): Promise<void>;
  usedMemoryBytes(): Promise<number>;
  /** Counts what clients send, by database, until it is told to stop; see {@link CommandCount}. */
  countCommands(): Promise<() => ReadonlyMap<number, CommandCount>>;
  stop(): Promise<void>;
}

/** Commands seen in one database. */
export interface CommandCount {
  /** Sent by clients: what a service bills, and what crosses the wire. */
  readonly sent: number;
  /** Run by scripts, inside of those. */
  readonly inScripts: number;
}

const host = '127.0.0.1';

const settings = [
  'appendonly',
  'appendfsync',
  'maxmemory-policy',
  'save',
  'auto-aof-rewrite-percentage',
] as const;

/** Without rewrites of the file in mid-round, which would be one side's bad luck. */
const serverArguments = [
  '--appendfsync',
  'everysec',
  '--auto-aof-rewrite-percentage',
  '0',
] as const;

/** Starts it. Throws when this machine has none. */
export async function startBenchRedis(): Promise<BenchRedis> {
  if (noRedis !== null) throw new Error(noRedis);
  const server = await startRedis({ appendonly: true, args: [...serverArguments] });
  const { port } = server;
  const client = new Redis(port, host);
  return {
    server,
    facts: await readFacts(client),
    empty: () => empty(client),
    usedMemoryBytes: async () => Number(await infoOf(client, 'memory', 'used_memory')),
    countCommands: () => countCommands(client),
    stop: async () => {
      client.disconnect();
      await server.stop();
    },
  };
}

async function readFacts(client: Redis): Promise<Record<string, string>> {
  const facts: Record<string, string> = {
    redis: await infoOf(client, 'server', 'redis_version'),
  };
  for (const name of settings) {
    const [, value = ''] = (await client.config('GET', name)) as string[];
    facts[name] = value;
  }
  return facts;
}

async function infoOf(client: Redis, section: string, field: string): Promise<string> {
  const lines = (await client.info(section)).split('\r\n');
  const line = lines.find((each) => each.startsWith(`${field}:`));
  if (line === undefined) throw new Error(`INFO ${section} has no ${field}`);
  return line.slice(field.length + 1);
}

/** The file begins anew too, so that each round writes to an equally short one. */
async function empty(client: Redis): Promise<void> {
  await client.flushall();
  await client.bgrewriteaof();
  while ((await infoOf(client, 'persistence', 'aof_rewrite_in_progress')) !== '0') {
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

async function countCommands(client: Redis) {
  const counts = new Map<number, CommandCount>();
  const monitor = await client.monitor();
  monitor.on('monitor', (_time: string, _command: string[], source: string, database: string) => {
    const index = Number(database);
    const { sent, inScripts } = counts.get(index) ?? { sent: 0, inScripts: 0 };
    const isInScript = source === 'lua';
    counts.set(index, {
      sent: sent + (isInScript ? 0 : 1),
      inScripts: inScripts + (isInScript ? 1 : 0),
    });
  });
  return () => {
    monitor.disconnect();
    return counts;
  };
}
