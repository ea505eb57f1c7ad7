import { Redis, type Requester } from '@upstash/redis';
import { MillraceError, messageOf } from '../../errors.ts';
import type { Clock } from '../../ports/clock.ts';
import { toRedisError } from './redis-errors.ts';
import type { RestTarget } from './redis-target.ts';
import type { Script } from './scripts/script.ts';

/** An argument of a script or a command. */
export type Argument = string | number;

/** Options of {@link RedisClient}. */
export interface RedisClientOptions {
  readonly redis: Redis;
  readonly clock: Clock;
  /** Describes the server in messages. */
  readonly description: string;
  /** Whether the server knows the first line of a script (Redis 7). @default true */
  readonly flags?: boolean;
}

/** Maximum time for a reply, in addition to the time a command blocks, in milliseconds. */
const replyMsMax = 15_000;

/**
 * Runs commands and scripts, over TCP and REST alike. Scripts are called by their SHA-1; a server
 * that lost them (SCRIPT FLUSH, a restart, a failover) is sent the text again. A call is sent once:
 * a call without a reply may have had its effect, and at-least-once delivery allows for both.
 */
export class RedisClient {
  readonly #options: RedisClientOptions;

  constructor(options: RedisClientOptions) {
    this.#options = options;
  }

  get description(): string {
    return this.#options.description;
  }

  /** Runs a script. Throws `BROKER_UNAVAILABLE`. */
  async run<Reply>(
    script: Script,
    keys: readonly string[],
    args: readonly Argument[],
  ): Promise<Reply> {
    const { redis, flags = true } = this.#options;
    const { text, sha1 } = flags ? script : script.plain;
    const all = [keys.length, ...keys, ...args];
    try {
      return await this.#withTimeout(redis.exec<Reply>(['EVALSHA', sha1, ...all]), 0);
    } catch (error) {
      if (!messageOf(error).startsWith('NOSCRIPT')) throw this.toError(error, script.name);
    }
    try {
      return await this.#withTimeout(redis.exec<Reply>(['EVAL', text, ...all]), 0);
    } catch (error) {
      throw this.toError(error, script.name);
    }
  }

  /** Runs a command. Throws `BROKER_UNAVAILABLE`. @param blockMs time the command may block */
  async call<Reply>(command: [string, ...Argument[]], blockMs = 0): Promise<Reply> {
    try {
      return await this.#withTimeout(this.#options.redis.exec<Reply>(command), blockMs);
    } catch (error) {
      throw this.toError(error, command[0]);
    }
  }

  /** Converts an error of the Redis clients. */
  toError(error: unknown, command: string): MillraceError {
    const { code, retryable, message, fields } = toRedisError(error, this.#options.description);
    return new MillraceError(code, message, { retryable, fields: { ...fields, command } });
  }

  /** A connection that broke silently would never reply. */
  #withTimeout<Reply>(call: Promise<Reply>, blockMs: number): Promise<Reply> {
    const limitMs = replyMsMax + blockMs;
    return new Promise((resolve, reject) => {
      const cancel = this.#options.clock.after(limitMs, () => {
        reject(new Error(`no answer within ${limitMs} ms`));
      });
      call.then(resolve, reject).finally(cancel);
    });
  }
}

/** `@upstash/redis` over a requester; it returns replies as they are, and parses no bodies. */
export class RawRedis extends Redis {
  constructor(requester: Requester) {
    super(requester);
    this.opts = { automaticDeserialization: false };
  }
}

/** Creates `@upstash/redis` over HTTP with one attempt a call: `retry: false` would make two. */
export function createRestRedis({ url, token }: RestTarget): Redis {
  return new Redis({
    url,
    token,
    retry: { retries: 0 },
    automaticDeserialization: false,
    enableAutoPipelining: false,
    enableTelemetry: false,
  });
}
