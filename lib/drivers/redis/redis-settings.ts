import { MillraceError } from '../../errors.ts';
import type { Clock } from '../../ports/clock.ts';
import type { Logger } from '../../ports/logger.ts';
import { Keys } from './keys.ts';

/** Options of the Redis broker. */
export interface RedisBrokerOptions {
  /**
   * `redis://user:password@host:port/database`, `rediss://` for TLS, or the `https://` of a REST
   * service. `?cluster=true` marks a cluster, which is otherwise detected.
   * `redis+sentinel://user:password@host:port,host:port/master/database` asks Sentinels.
   */
  readonly url: string;
  /** The token of a REST service; required there and not used otherwise. */
  readonly token?: string;
  /**
   * Prefix of all keys, which separates several installations in one database; 1–64 of
   * `[A-Za-z0-9_.-]`. @default 'millrace'
   */
  readonly namespace?: string;
  /**
   * Maximum number of deliveries of a message; the next receive moves it to the dead letters. 1 to
   * 1,000. @default 16
   */
  readonly maxReceiveCount?: number;
  /**
   * Maximum time for a reply, in milliseconds; the connection is then replaced. Well below the time
   * that messages are held. @default 10,000
   */
  readonly replyMs?: number;
  readonly logger: Logger;
  /** Called with each dangerous setting of the server: a sentence with the remedy. */
  readonly onWarning?: (warning: string) => void;
  /** Times waits only: Redis's own clock times messages. */
  readonly clock: Clock;
  /** Draws jitter, in [0, 1), so that processes do not act in step. @default Math.random */
  readonly random?: () => number;
}

/** Defaults of {@link RedisBrokerOptions}. */
export const redisBrokerDefaults = Object.freeze({
  namespace: 'millrace',
  maxReceiveCount: 16,
  replyMs: 10_000,
});

/** The options with every default filled in. */
export interface RedisSettings extends RedisBrokerOptions {
  readonly maxReceiveCount: number;
  readonly replyMs: number;
  readonly random: () => number;
  readonly keys: Keys;
}

/** Fills in the defaults. Throws `INVALID_CONFIGURATION` for an invalid namespace. */
export function resolveRedisSettings(options: RedisBrokerOptions): RedisSettings {
  const namespace = options.namespace ?? redisBrokerDefaults.namespace;
  if (!/^[A-Za-z0-9_.-]{1,64}$/.test(namespace)) {
    const found = JSON.stringify(namespace);
    throw new MillraceError(
      'INVALID_CONFIGURATION',
      `The Redis namespace must be 1–64 of A–Z a–z 0–9 _ . -, but it is ${found}.`,
    );
  }
  return {
    ...options,
    maxReceiveCount: options.maxReceiveCount ?? redisBrokerDefaults.maxReceiveCount,
    replyMs: options.replyMs ?? redisBrokerDefaults.replyMs,
    random: options.random ?? Math.random,
    keys: new Keys(namespace),
  };
}
