/** What the Redis broker is told, with its defaults and its bounds. */
import { MillraceError } from '../../errors.ts';
import type { Clock } from '../../ports/clock.ts';
import type { Logger } from '../../ports/logger.ts';
import { Keys } from './keys.ts';

/** Options of the Redis broker. */
export interface RedisBrokerOptions {
  /**
   * `redis://user:password@host:port/database`, `rediss://` for TLS, or the `https://` of a REST
   * service. `?cluster=true` names a cluster, which is otherwise found out.
   */
  readonly url: string;
  /** Of a REST service; needed there, and of no use elsewhere. */
  readonly token?: string;
  /**
   * What the keys begin with, and what keeps several installations apart in one database; 1–64 of
   * `[A-Za-z0-9_.-]`. @default 'millrace'
   */
  readonly namespace?: string;
  /**
   * How often a message may be delivered before the next receive moves it to the dead letters; 1 to
   * 1,000. @default 16
   */
  readonly maxReceiveCount?: number;
  readonly logger: Logger;
  /** Told what is dangerous about the server, in a sentence with its mend. */
  readonly onWarning?: (warning: string) => void;
  /** For waiting; what is due when is Redis's to say. @default the machine's */
  readonly clock?: Clock;
  /** Numbers in [0, 1), which keep processes from acting at once. @default Math.random */
  readonly random?: () => number;
}

/** The options not given. */
export const redisBrokerDefaults = Object.freeze({ namespace: 'millrace', maxReceiveCount: 16 });

const machineClock: Clock = Object.freeze({
  now: () => performance.timeOrigin + performance.now(),
  after(ms: number, callback: () => void): () => void {
    const timer = setTimeout(callback, Math.max(Math.ceil(ms), 0));
    return () => clearTimeout(timer);
  },
});

/** The options with nothing left open. */
export interface RedisSettings extends RedisBrokerOptions {
  readonly maxReceiveCount: number;
  readonly clock: Clock;
  readonly random: () => number;
  readonly keys: Keys;
}

/** Throws `INVALID_CONFIGURATION` for a namespace that cannot be one. */
export function redisSettings(options: RedisBrokerOptions): RedisSettings {
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
    clock: options.clock ?? machineClock,
    random: options.random ?? Math.random,
    keys: new Keys(namespace),
  };
}
