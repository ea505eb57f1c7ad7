import { messageOf } from '../../errors.ts';
import type { Clock } from '../../ports/clock.ts';
import { Backoff } from '../../retry/backoff.ts';
import { pause } from '../../retry/pause.ts';
import { waitAtMost } from '../../retry/wait-at-most.ts';
import type { Argument, CommandSender } from './redis-client.ts';
import { reconnecting } from './redis-errors.ts';
import { connectMsMax, createRedisLine, type RedisLine, reconnectBackoff } from './redis-lines.ts';
import type { TcpTarget } from './redis-target.ts';

/** Options of {@link TcpSender}. */
export interface TcpSenderOptions {
  readonly target: TcpTarget;
  readonly cluster: boolean;
  /** A key of the hash slot that every command of this connection belongs to. */
  readonly route: string;
  readonly clock: Clock;
  /** Draws the jitter, in [0, 1), so that many processes do not reconnect at once. */
  readonly random: () => number;
  /** Called when the connection is given up, with the reason. @default nothing is done */
  readonly onGivenUp?: (reason: string) => void;
}

/** Maximum time that `close` waits for calls under way, in milliseconds. */
const closeMsMax = 1_000;
/** A connection that lived so long, in milliseconds, is restored with the first delay again. */
const stableMs = 30_000;

/**
 * Sends commands over TCP, with the package `redis`.
 *
 * A connection that broke, or that was given up because it is silent or leads to the wrong server,
 * is replaced by a new one, with growing delays: the name may by then resolve to another server,
 * and Sentinels may name another. Until then calls fail at once, and none is sent twice.
 */
export class TcpSender implements CommandSender {
  readonly #options: TcpSenderOptions;
  readonly #destroyed = new AbortController();
  readonly #backoff: Backoff;
  /** Null while it is being replaced. */
  #line: RedisLine | null = null;
  #openedAt = 0;
  #generation = 0;
  #reason = 'it was never open';

  constructor(options: TcpSenderOptions) {
    this.#options = options;
    this.#backoff = new Backoff(reconnectBackoff, options.random);
  }

  /** Counts connections: a call remembers it, to give up the connection that it was made on. */
  get generation(): number {
    return this.#generation;
  }

  /**
   * Connects, or throws the error of the first attempt. A server that accepts must also respond.
   */
  async connect(): Promise<void> {
    await this.#open();
  }

  async send(command: readonly Argument[]): Promise<unknown> {
    const line = this.#line;
    if (line === null) throw new Error(`${reconnecting}${this.#reason}`);
    return await line.send(command.map(String));
  }

  /**
   * Closes the connection of this generation, whose calls fail, and opens another in the
   * background. Does nothing when that has happened already.
   */
  renew(generation: number, reason: string): void {
    if (generation !== this.#generation || this.#line === null) return;
    const line = this.#line;
    this.#line = null;
    this.#reason = reason;
    line.destroy();
    this.#options.onGivenUp?.(reason);
    void this.#reopen();
  }

  /** Waits briefly for the calls under way, then closes the connection. Never throws. */
  async close(): Promise<void> {
    await waitAtMost(this.#options.clock, Promise.resolve(this.#line?.close()), closeMsMax);
    this.destroy();
  }

  /** Closes the connection at once; calls under way fail. */
  destroy(): void {
    this.#destroyed.abort();
    const line = this.#line;
    this.#line = null;
    this.#reason = 'it was closed';
    line?.destroy();
  }

  /** Tries until a connection is open, or this is destroyed. */
  async #reopen(): Promise<void> {
    const { clock } = this.#options;
    const { signal } = this.#destroyed;
    if (clock.monotonicMs() - this.#openedAt >= stableMs) this.#backoff.reset();
    while (this.#line === null) {
      await pause(clock, this.#backoff.nextMs(), signal);
      if (signal.aborted) return;
      try {
        await this.#open();
      } catch (error) {
        this.#reason = messageOf(error);
      }
    }
  }

  async #open(): Promise<void> {
    const { clock } = this.#options;
    const generation = this.#generation + 1;
    let isLost = false;
    const line = await createRedisLine({
      ...this.#options,
      onLost: (cause) => {
        isLost = true;
        this.renew(generation, messageOf(cause));
      },
    });
    const settled = new AbortController();
    const timeout = pause(clock, connectMsMax, settled.signal).then(() => {
      if (!settled.signal.aborted) throw new Error(`no answer within ${connectMsMax / 1_000} s`);
    });
    try {
      await Promise.race([line.connect(), timeout]);
      if (this.#destroyed.signal.aborted || isLost) throw new Error('it was closed');
    } catch (error) {
      line.destroy();
      throw error;
    } finally {
      settled.abort();
    }
    this.#line = line;
    this.#generation = generation;
    this.#openedAt = clock.monotonicMs();
  }
}
