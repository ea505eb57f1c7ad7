/**
 * Runs commands and scripts, over TCP or REST alike. Scripts go by their SHA-1; a server that has
 * lost them (SCRIPT FLUSH, a restart, a failover) is given the text again. A call is sent once:
 * what became of one whose answer was lost is not known, and at-least-once delivery does not need
 * it.
 */
import { Redis, type Requester } from '@upstash/redis';
import { MillraceError, messageOf } from '../../errors.ts';
import type { Clock } from '../../ports/clock.ts';
import { toBrokerError } from './redis-errors.ts';
import type { RestTarget } from './redis-target.ts';
import type { Script } from './scripts/script.ts';

/** What scripts and commands are given. */
export type Argument = string | number;

/** Options of {@link RedisClient}. */
export interface RedisClientOptions {
  readonly redis: Redis;
  readonly clock: Clock;
  /** The server, for people. */
  readonly description: string;
  /** Whether the server knows the first line of a script (Redis 7). @default true */
  readonly flags?: boolean;
}

/** How long an answer may take, beside what the command itself waits, in milliseconds. */
const answerMsMax = 15_000;

/** See this file's head. */
export class RedisClient {
  readonly #options: RedisClientOptions;

  constructor(options: RedisClientOptions) {
    this.#options = options;
  }

  get description(): string {
    return this.#options.description;
  }

  /** Throws `BROKER_UNAVAILABLE`. */
  async run<Answer>(
    script: Script,
    keys: readonly string[],
    args: readonly Argument[],
  ): Promise<Answer> {
    const { redis, flags = true } = this.#options;
    const { text, sha1 } = flags ? script : script.plain;
    const all = [keys.length, ...keys, ...args];
    try {
      return await this.#answer(redis.exec<Answer>(['EVALSHA', sha1, ...all]), 0);
    } catch (error) {
      if (!messageOf(error).startsWith('NOSCRIPT')) throw this.toError(error, script.name);
    }
    try {
      return await this.#answer(redis.exec<Answer>(['EVAL', text, ...all]), 0);
    } catch (error) {
      throw this.toError(error, script.name);
    }
  }

  /**
   * Throws `BROKER_UNAVAILABLE`. @param blockMs how long the command itself may wait
   */
  async call<Answer>(command: [string, ...Argument[]], blockMs = 0): Promise<Answer> {
    try {
      return await this.#answer(this.#options.redis.exec<Answer>(command), blockMs);
    } catch (error) {
      throw this.toError(error, command[0]);
    }
  }

  /** The error to throw in place of what the Redis clients threw. */
  toError(error: unknown, command: string): MillraceError {
    const { code, retryable, message, fields } = toBrokerError(error, this.#options.description);
    return new MillraceError(code, message, { retryable, fields: { ...fields, command } });
  }

  /** A connection that is cut without a word answers nothing at all. */
  #answer<Answer>(call: Promise<Answer>, blockMs: number): Promise<Answer> {
    const limitMs = answerMsMax + blockMs;
    return new Promise((resolve, reject) => {
      const cancel = this.#options.clock.after(limitMs, () => {
        reject(new Error(`no answer in ${limitMs} ms`));
      });
      call.then(resolve, reject).finally(cancel);
    });
  }
}

/** `@upstash/redis` over a requester; answers come as they are, as bodies are not its to read. */
export class RawRedis extends Redis {
  constructor(requester: Requester) {
    super(requester);
    this.opts = { automaticDeserialization: false };
  }
}

/** `@upstash/redis` over HTTP, which tries once: `retry: false` would be twice. */
export function restRedis({ url, token }: RestTarget): Redis {
  return new Redis({
    url,
    token,
    retry: { retries: 0 },
    automaticDeserialization: false,
    enableAutoPipelining: false,
    enableTelemetry: false,
  });
}
