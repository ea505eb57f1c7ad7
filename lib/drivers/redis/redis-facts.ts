import { MillraceError } from '../../errors.ts';
import type { Clock } from '../../ports/clock.ts';
import type { RedisClient } from './redis-client.ts';

/**
 * What a Redis server reports about itself, and which of it is dangerous for queues. Managed
 * services forbid some commands: a fact that they do not report is null, and a warning says that it
 * was not checked.
 */
export interface RedisFacts {
  readonly version: string | null;
  readonly kind: 'redis' | 'valkey';
  readonly mode: 'standalone' | 'cluster' | 'sentinel' | null;
  /** Whether it is a master, or a replica of one. */
  readonly role: 'master' | 'slave' | null;
  readonly maxmemoryPolicy: string | null;
  /** In bytes; 0 means no limit. */
  readonly maxmemory: number | null;
  /** In bytes. */
  readonly usedMemory: number | null;
  readonly persistence: { readonly aof: boolean | null; readonly rdb: boolean | null };
  /** Duration of one PING, in milliseconds. */
  readonly latencyMs: number;
  /** Sentences that name a danger and its remedy. */
  readonly warnings: readonly string[];
  /** Why it takes no messages now: sentences that name the remedy. */
  readonly refusals: readonly string[];
}

/** Redis 7 is the first whose scripts can declare that they may run at `maxmemory`. */
const majorMin = 7;

/** Reads the facts from the server. @param clock measures the latency */
export async function readFacts(client: RedisClient, clock: Clock): Promise<RedisFacts> {
  const askedAt = clock.monotonicMs();
  await client.call(['PING']);
  const latencyMs = clock.monotonicMs() - askedAt;
  const info = await readInfo(client);
  const number = (name: string) => (info.has(name) ? Number(info.get(name)) : null);
  const facts = {
    version: info.get('valkey_version') ?? info.get('redis_version') ?? null,
    kind: info.has('valkey_version') ? ('valkey' as const) : ('redis' as const),
    mode: parseMode(info.get('redis_mode') ?? info.get('server_mode')),
    role: parseRole(info.get('role')),
    maxmemoryPolicy: info.get('maxmemory_policy') ?? null,
    maxmemory: number('maxmemory'),
    usedMemory: number('used_memory'),
    persistence: {
      aof: info.has('aof_enabled') ? info.get('aof_enabled') === '1' : null,
      rdb: await savesSnapshots(client),
    },
    latencyMs,
  };
  return { ...facts, warnings: listWarnings(facts), refusals: listRefusals(facts, info) };
}

/**
 * Returns whether the server supports flags in the first line of a script. Services over REST
 * report all kinds of versions, so this tests the feature itself.
 */
export async function supportsScriptFlags(client: RedisClient): Promise<boolean> {
  const script = '#!lua flags=allow-oom\nreturn 1';
  return (await unlessForbidden(client.call<number>(['EVAL', script, 0]), 0)) === 1;
}

/** Throws `INVALID_CONFIGURATION` for a server that is too old. */
export function checkVersion({ version, kind }: RedisFacts, where: string): void {
  if (version === null || Number.parseInt(version, 10) >= majorMin) return;
  throw new MillraceError(
    'INVALID_CONFIGURATION',
    `${where} is ${kind} ${version}, and the queues need Redis ${majorMin} or any Valkey.`,
  );
}

/** Throws when the server is not one that has queues: a Sentinel, or a replica. */
export function checkMode({ mode, role }: RedisFacts, client: RedisClient): void {
  if (mode === 'sentinel') {
    throw new MillraceError(
      'INVALID_CONFIGURATION',
      `${client.description} is a Sentinel and has no queues: name it, and the master that it ` +
        'watches, in the URL (redis+sentinel://host:26379/mymaster).',
    );
  }
  if (role === 'slave' && mode !== 'cluster') {
    throw client.toError(new Error('READONLY it is a replica; its master takes messages'), 'INFO');
  }
}

type MeasuredFacts = Omit<RedisFacts, 'warnings' | 'refusals'>;

/** Part of the memory from which a server counts as nearly full. */
const nearlyFull = 0.9;

function listRefusals(
  { maxmemory, usedMemory }: MeasuredFacts,
  info: ReadonlyMap<string, string>,
): string[] {
  const refusals: string[] = [];
  if (maxmemory !== null && usedMemory !== null && maxmemory > 0 && usedMemory >= maxmemory) {
    refusals.push(
      `Redis is full (${usedMemory} of ${maxmemory} bytes) and takes no messages: raise its ` +
        'maxmemory, or let workers empty the queues.',
    );
  }
  const failsToSave = info.get('rdb_last_bgsave_status') === 'err';
  if (failsToSave || info.get('aof_last_write_status') === 'err') {
    refusals.push(
      'Redis cannot write to its disk, and then takes no messages (unless ' +
        'stop-writes-on-bgsave-error is no): free its disk, and see its log.',
    );
  }
  return refusals;
}

function listWarnings(facts: MeasuredFacts): string[] {
  const { maxmemoryPolicy, maxmemory, usedMemory, persistence } = facts;
  const warnings: string[] = [];
  const used = maxmemory === null || maxmemory === 0 ? 0 : (usedMemory ?? 0) / maxmemory;
  if (used >= nearlyFull && used < 1) {
    warnings.push(
      `Redis has used ${Math.floor(used * 100)} % of its maxmemory: raise it, or let workers ` +
        'empty the queues.',
    );
  }
  if (maxmemoryPolicy === null) {
    warnings.push('Redis does not report its maxmemory-policy: make sure that it is noeviction.');
  } else if (maxmemoryPolicy !== 'noeviction') {
    const when = maxmemory === 0 ? ', as soon as a maxmemory is set' : '';
    warnings.push(
      `Redis evicts keys by ${maxmemoryPolicy} when memory runs out${when}, and with them whole ` +
        'queues: set maxmemory-policy to noeviction.',
    );
  }
  const { aof, rdb } = persistence;
  if (aof === false && rdb === false) {
    warnings.push(
      'Redis writes nothing to disk: a restart loses all queues, and the sweeper has to send their ' +
        'tasks again. Set appendonly to yes.',
    );
  } else if (aof === null || (aof === false && rdb === null)) {
    warnings.push('Redis does not report whether it writes to disk: make sure that it does.');
  }
  return warnings;
}

async function readInfo(client: RedisClient): Promise<Map<string, string>> {
  const text = await unlessForbidden(client.call<string>(['INFO']), '');
  const lines = text.split('\n').map((line) => line.trim());
  return new Map(
    lines
      .filter((line) => line.includes(':') && !line.startsWith('#'))
      .map((line) => [line.slice(0, line.indexOf(':')), line.slice(line.indexOf(':') + 1)]),
  );
}

async function savesSnapshots(client: RedisClient): Promise<boolean | null> {
  const reply = await unlessForbidden(client.call<unknown>(['CONFIG', 'GET', 'save']), null);
  if (!Array.isArray(reply) || reply.length < 2) return null;
  return reply[1] !== '';
}

/**
 * Returns `instead` for a command that the server refuses; a server that does not respond is an
 * error.
 */
async function unlessForbidden<Reply>(reply: Promise<Reply>, instead: Reply): Promise<Reply> {
  try {
    return await reply;
  } catch (error) {
    if (error instanceof MillraceError && !error.retryable) return instead;
    throw error;
  }
}

function parseMode(text: string | undefined): RedisFacts['mode'] {
  return text === 'standalone' || text === 'cluster' || text === 'sentinel' ? text : null;
}

function parseRole(text: string | undefined): RedisFacts['role'] {
  return text === 'master' || text === 'slave' ? text : null;
}
