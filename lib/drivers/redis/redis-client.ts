import { MillraceError, messageOf } from '../../errors.ts';
import type { Clock } from '../../ports/clock.ts';
import { isLoading, isWrongServer, toRedisError } from './redis-errors.ts';
import type { Script } from './scripts/script.ts';
import type { TcpSender } from './tcp-sender.ts';

/** An argument of a script or a command. */
export type Argument = string | number;

/** Sends commands to a Redis: over TCP, or over REST. */
export interface CommandSender {
  /** Sends a command once, and returns the reply as it is: texts, numbers, null and arrays. */
  send(command: readonly Argument[]): Promise<unknown>;
}

/** Options of {@link RedisClient}. */
export interface RedisClientOptions {
  readonly sender: CommandSender;
  readonly clock: Clock;
  /** Describes the server in messages. */
  readonly description: string;
  /** Whether the server knows the first line of a script (Redis 7). @default true */
  readonly flags?: boolean;
  /**
   * Maximum time for a reply, in addition to the time that a command blocks, in milliseconds.
   */
  readonly replyMs: number;
  /** The connection, to give it up when it is of no use. @default none: over HTTP */
  readonly connection?: Pick<TcpSender, 'generation' | 'renew'>;
}

/** A server that still loads its data after so long, in milliseconds, may be the wrong one. */
const loadingMsMax = 30_000;

/**
 * Runs commands and scripts, over TCP and REST alike. Scripts are called by their SHA-1; a server
 * that lost them (SCRIPT FLUSH, a restart, a failover) is sent the text again. A call is sent once:
 * a call without a reply may have had its effect, and at-least-once delivery allows for both.
 *
 * A connection that gives no reply, or that leads to a server which is no longer the master, is
 * given up: the next one follows the failover.
 */
export class RedisClient {
  readonly #options: RedisClientOptions;
  #loadingSince: number | null = null;

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
    const { flags = true } = this.#options;
    const { text, sha1 } = flags ? script : script.plain;
    const all = [keys.length, ...keys, ...args];
    try {
      return await this.#send<Reply>(['EVALSHA', sha1, ...all], 0);
    } catch (error) {
      if (!messageOf(error).startsWith('NOSCRIPT')) throw this.toError(error, script.name);
    }
    try {
      return await this.#send<Reply>(['EVAL', text, ...all], 0);
    } catch (error) {
      throw this.toError(error, script.name);
    }
  }

  /** Runs a command. Throws `BROKER_UNAVAILABLE`. @param blockMs time the command may block */
  async call<Reply>(command: [string, ...Argument[]], blockMs = 0): Promise<Reply> {
    try {
      return await this.#send<Reply>(command, blockMs);
    } catch (error) {
      throw this.toError(error, command[0]);
    }
  }

  /** Converts an error of the packages that speak to Redis. */
  toError(error: unknown, command: string): MillraceError {
    const { code, retryable, message, fields } = toRedisError(error, this.#options.description);
    return new MillraceError(code, message, { retryable, fields: { ...fields, command } });
  }

  async #send<Reply>(command: readonly Argument[], blockMs: number): Promise<Reply> {
    const { connection, sender } = this.#options;
    const generation = connection?.generation ?? 0;
    try {
      const reply = await this.#withTimeout(sender.send(command), blockMs);
      this.#loadingSince = null;
      return reply as Reply;
    } catch (error) {
      if (this.#isUseless(error)) connection?.renew(generation, messageOf(error));
      throw error;
    }
  }

  /** Whether the connection that gave `error` should be given up. */
  #isUseless(error: unknown): boolean {
    if (error instanceof SilentRedis || isWrongServer(error)) return true;
    if (!isLoading(error)) {
      this.#loadingSince = null;
      return false;
    }
    const now = this.#options.clock.monotonicMs();
    this.#loadingSince ??= now;
    return now - this.#loadingSince > loadingMsMax;
  }

  /** A connection that broke silently would never reply. */
  #withTimeout<Reply>(call: Promise<Reply>, blockMs: number): Promise<Reply> {
    const { clock, replyMs } = this.#options;
    return new Promise((resolve, reject) => {
      const cancel = clock.after(replyMs + blockMs, () => {
        // After a turn of the loop, so that a reply that came while this thread was busy counts.
        setImmediate(() => reject(new SilentRedis(replyMs + blockMs)));
      });
      call.then(resolve, reject).finally(cancel);
    });
  }
}

/** The error of a call that got no reply in time. */
class SilentRedis extends Error {
  constructor(limitMs: number) {
    super(`no answer within ${limitMs} ms`);
  }
}
