/**
 * What a Redis server says about itself, and what of it is dangerous for queues. Managed services
 * forbid some questions; what they do not tell is null, and said to be unchecked.
 */
import { MillraceError } from '../../errors.ts';
import type { Clock } from '../../ports/clock.ts';
import type { RedisClient } from './redis-client.ts';

/** See this file's head; null is what the server does not tell. */
export interface RedisFacts {
  readonly version: string | null;
  readonly kind: 'redis' | 'valkey';
  readonly mode: 'standalone' | 'cluster' | 'sentinel' | null;
  readonly maxmemoryPolicy: string | null;
  /** Bytes; 0 is no limit. */
  readonly maxmemory: number | null;
  /** Bytes. */
  readonly usedMemory: number | null;
  readonly persistence: { readonly aof: boolean | null; readonly rdb: boolean | null };
  /** Of one PING, in milliseconds. */
  readonly latencyMs: number;
  /** Sentences: what may go wrong, and how to mend it. */
  readonly warnings: readonly string[];
}

/** The first version whose scripts can say what they may do without memory left. */
const majorMin = 7;

/** Asks the server. @param clock for the latency */
export async function readFacts(client: RedisClient, clock: Clock): Promise<RedisFacts> {
  const askedAt = clock.now();
  await client.call(['PING']);
  const latencyMs = clock.now() - askedAt;
  const info = await infoOf(client);
  const number = (name: string) => (info.has(name) ? Number(info.get(name)) : null);
  const facts = {
    version: info.get('valkey_version') ?? info.get('redis_version') ?? null,
    kind: info.has('valkey_version') ? ('valkey' as const) : ('redis' as const),
    mode: modeOf(info.get('redis_mode') ?? info.get('server_mode')),
    maxmemoryPolicy: info.get('maxmemory_policy') ?? null,
    maxmemory: number('maxmemory'),
    usedMemory: number('used_memory'),
    persistence: {
      aof: info.has('aof_enabled') ? info.get('aof_enabled') === '1' : null,
      rdb: await savesSnapshots(client),
    },
    latencyMs,
  };
  return { ...facts, warnings: warningsOf(facts) };
}

/**
 * Whether scripts may say in their first line what they may do. What answers for Redis over REST
 * names all kinds of versions; this asks for the thing itself.
 */
export async function knowsScriptFlags(client: RedisClient): Promise<boolean> {
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

function warningsOf(facts: Omit<RedisFacts, 'warnings'>): string[] {
  const { maxmemoryPolicy, maxmemory, persistence } = facts;
  const warnings: string[] = [];
  if (maxmemoryPolicy === null) {
    warnings.push('Redis does not tell its maxmemory-policy: make sure that it is noeviction.');
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
      'Redis writes nothing to disk: a restart loses all queues, and the sweep has to send their ' +
        'tasks again. Set appendonly to yes.',
    );
  } else if (aof === null || (aof === false && rdb === null)) {
    warnings.push('Redis does not tell whether it writes to disk: make sure that it does.');
  }
  return warnings;
}

async function infoOf(client: RedisClient): Promise<Map<string, string>> {
  const text = await unlessForbidden(client.call<string>(['INFO']), '');
  const lines = text.split('\n').map((line) => line.trim());
  return new Map(
    lines
      .filter((line) => line.includes(':') && !line.startsWith('#'))
      .map((line) => [line.slice(0, line.indexOf(':')), line.slice(line.indexOf(':') + 1)]),
  );
}

async function savesSnapshots(client: RedisClient): Promise<boolean | null> {
  const answer = await unlessForbidden(client.call<unknown>(['CONFIG', 'GET', 'save']), null);
  if (!Array.isArray(answer) || answer.length < 2) return null;
  return answer[1] !== '';
}

/** Only what the server refuses counts as forbidden; not to answer at all is an error. */
async function unlessForbidden<Answer>(asked: Promise<Answer>, instead: Answer): Promise<Answer> {
  try {
    return await asked;
  } catch (error) {
    if (error instanceof MillraceError && !error.retryable) return instead;
    throw error;
  }
}

function modeOf(text: string | undefined): RedisFacts['mode'] {
  return text === 'standalone' || text === 'cluster' || text === 'sentinel' ? text : null;
}
