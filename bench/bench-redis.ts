import { Redis } from 'ioredis';
import { noRedis, type RedisServer, startRedis } from '../test/support/redis-server.ts';

/**
 * A Redis server of the benchmark, empty at first, configured as a queue should be: it writes an
 * append-only file to the disk every second and evicts nothing. Both sides of a comparison use it.
 */
export interface BenchRedis {
  readonly server: RedisServer;
  /** Version and settings, reported with every figure. */
  readonly facts: Readonly<Record<string, string>>;
  /** Empties the database and the append-only file. */
  empty(): Promise<void>;
  usedMemoryBytes(): Promise<number>;
  /** Starts counting commands by database; the returned function stops and returns the counts. */
  countCommands(): Promise<() => ReadonlyMap<number, CommandCount>>;
  stop(): Promise<void>;
}

/** Commands run in one database. */
export interface CommandCount {
  /** Commands sent by clients: these cross the network, and a hosted service bills them. */
  readonly sent: number;
  /** Commands run inside scripts. */
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

/** Disables automatic rewrites of the file, which would slow down one side at random. */
const serverArguments = [
  '--appendfsync',
  'everysec',
  '--auto-aof-rewrite-percentage',
  '0',
] as const;

/** Starts a server. Throws when Redis is not installed. */
export async function startBenchRedis(): Promise<BenchRedis> {
  if (noRedis !== null) throw new Error(noRedis);
  const server = await startRedis({ appendonly: true, args: [...serverArguments] });
  const { port } = server;
  const client = new Redis(port, host);
  return {
    server,
    facts: await readFacts(client),
    empty: () => empty(client),
    usedMemoryBytes: async () => Number(await readInfo(client, 'memory', 'used_memory')),
    countCommands: () => countCommands(client),
    stop: async () => {
      client.disconnect();
      await server.stop();
    },
  };
}

async function readFacts(client: Redis): Promise<Record<string, string>> {
  const facts: Record<string, string> = {
    redis: await readInfo(client, 'server', 'redis_version'),
  };
  for (const name of settings) {
    const [, value = ''] = (await client.config('GET', name)) as string[];
    facts[name] = value;
  }
  return facts;
}

async function readInfo(client: Redis, section: string, field: string): Promise<string> {
  const lines = (await client.info(section)).split('\r\n');
  const line = lines.find((each) => each.startsWith(`${field}:`));
  if (line === undefined) throw new Error(`INFO ${section} has no field ${field}`);
  return line.slice(field.length + 1);
}

/** Rewrites the append-only file too, so that every round starts with an equally short one. */
async function empty(client: Redis): Promise<void> {
  await client.flushall();
  await client.bgrewriteaof();
  while ((await readInfo(client, 'persistence', 'aof_rewrite_in_progress')) !== '0') {
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
