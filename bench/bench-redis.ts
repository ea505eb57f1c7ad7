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
  /** Number of commands that clients have sent so far, without those of the benchmark itself. */
  countSent(): Promise<number>;
  stop(): Promise<void>;
}

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
  return {
    server,
    facts: await readFacts(server),
    empty: () => empty(server),
    usedMemoryBytes: async () => Number(await readInfo(server, 'memory', 'used_memory')),
    countSent: async () => countSent(await server.command('INFO', 'commandstats')),
    stop: () => server.stop(),
  };
}

async function readFacts(server: RedisServer): Promise<Record<string, string>> {
  const facts: Record<string, string> = {
    redis: await readInfo(server, 'server', 'redis_version'),
  };
  for (const name of settings) {
    const [, value = ''] = await server.command<string[]>('CONFIG', 'GET', name);
    facts[name] = value;
  }
  return facts;
}

async function readInfo(server: RedisServer, section: string, field: string): Promise<string> {
  const lines = (await server.command<string>('INFO', section)).split('\r\n');
  const line = lines.find((each) => each.startsWith(`${field}:`));
  if (line === undefined) throw new Error(`INFO ${section} has no field ${field}`);
  return line.slice(field.length + 1);
}

/**
 * What no script can run. Both sides send nothing else once they are connected: they read and write
 * in scripts, whose commands Redis counts by the same names as those that it received.
 */
const sentByClients =
  /^cmdstat_(?:eval\w*|fcall\w*|script\|\w+|b(?:zpop|lpop|rpop|lmove|lmpop|zmpop)\w*|s?subscribe|ping|hello|auth|select|client\|\w+)$/;

/** Adds up the commands that clients sent, of a reply to INFO commandstats. */
export function countSent(reply: string): number {
  return reply
    .split('\r\n')
    .map((line) => /^([^:]+):calls=(\d+)/.exec(line) ?? [])
    .filter(([, name = '']) => sentByClients.test(name))
    .reduce((sum, [, , calls]) => sum + Number(calls), 0);
}

/** Rewrites the append-only file too, so that every round starts with an equally short one. */
async function empty(server: RedisServer): Promise<void> {
  await server.command('FLUSHALL');
  await server.command('BGREWRITEAOF');
  while ((await readInfo(server, 'persistence', 'aof_rewrite_in_progress')) !== '0') {
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}
