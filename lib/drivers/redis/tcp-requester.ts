import type { Requester, UpstashRequest, UpstashResponse } from '@upstash/redis';
import { createClient, createCluster } from 'redis';
import type { Clock } from '../../ports/clock.ts';
import { type BackoffSchedule, backoffMs, equalJitter } from '../../retry/backoff.ts';
import { pause } from '../../retry/pause.ts';
import type { TcpTarget } from './redis-target.ts';

/** Options of {@link TcpRequester}. */
export interface TcpRequesterOptions {
  readonly target: TcpTarget;
  readonly cluster: boolean;
  /** A key of the hash slot that every command of this connection belongs to. */
  readonly route: string;
  readonly clock: Clock;
  /** Draws the jitter, in [0, 1), so that many processes do not reconnect at once. */
  readonly random: () => number;
}

/** Maximum time to connect, in milliseconds. */
const connectMsMax = 5_000;
/** Maximum time that `close` waits for calls under way, in milliseconds. */
const closeMsMax = 1_000;
/** Delays between attempts to reconnect. */
const reconnectBackoff: BackoffSchedule = Object.freeze({
  firstMs: 50,
  maxMs: 5_000,
  jitter: equalJitter,
});

type Send = (command: string[]) => Promise<unknown>;

/**
 * Implements the `Requester` interface of `@upstash/redis` with the package `redis`: the same
 * calls, over TCP. A broken connection is restored with growing delays; until then calls fail at
 * once, and none is sent twice.
 */
export class TcpRequester implements Requester {
  readonly #send: Send;
  readonly #connect: () => Promise<unknown>;
  readonly #close: () => Promise<unknown>;
  readonly #destroy: () => unknown;
  readonly #clock: Clock;
  #connected = false;

  constructor(options: TcpRequesterOptions) {
    const { route, clock } = options;
    this.#clock = clock;
    const opened = options.cluster ? this.#createCluster(options) : this.#createClient(options);
    if ('cluster' in opened) {
      const { cluster } = opened;
      this.#send = (command) => cluster.sendCommand(route, false, command);
      this.#connect = () => cluster.connect();
      this.#close = () => cluster.close();
      this.#destroy = () => cluster.destroy();
    } else {
      const { client } = opened;
      this.#send = (command) => client.sendCommand(command);
      this.#connect = () => client.connect();
      this.#close = () => client.close();
      this.#destroy = () => client.destroy();
    }
  }

  /**
   * Connects, or throws the error of the first attempt. A server that accepts must also respond.
   */
  async connect(): Promise<void> {
    const settled = new AbortController();
    const timeout = pause(this.#clock, connectMsMax, settled.signal).then(() => {
      if (this.#connected || settled.signal.aborted) return;
      this.destroy();
      throw new Error(`no answer within ${connectMsMax / 1_000} s`);
    });
    try {
      await Promise.race([this.#connect(), timeout]);
      this.#connected = true;
    } finally {
      settled.abort();
    }
  }

  async request<Result>({ body }: UpstashRequest): Promise<UpstashResponse<Result>> {
    if (!Array.isArray(body)) throw new TypeError('a request must be one command');
    const result = await this.#send(body.map(String));
    return { result: result as Result };
  }

  /** Waits briefly for the calls under way, then closes the connection. Never throws. */
  async close(): Promise<void> {
    const ended = this.#close().then(
      () => {},
      () => {},
    );
    await Promise.race([ended, pause(this.#clock, closeMsMax)]);
    this.destroy();
  }

  /** Closes the connection at once; calls under way fail. */
  destroy(): void {
    this.#destroy();
  }

  #createClient({ target, random }: TcpRequesterOptions) {
    const client = createClient({ ...clientSettings(target), ...this.#connection(target, random) });
    // The calls that an error concerns fail with it; without a listener it would end the process.
    client.on('error', () => {});
    return { client };
  }

  #createCluster({ target, random }: TcpRequesterOptions) {
    const { host, port } = target;
    const defaults = { ...clientSettings(target), ...this.#connection(target, random) };
    const cluster = createCluster({ rootNodes: [{ socket: { host, port } }], defaults });
    cluster.on('error', () => {});
    return { cluster };
  }

  #connection({ host, port, tls }: TcpTarget, random: () => number) {
    const socket = {
      host,
      port,
      connectTimeout: connectMsMax,
      // No reconnects before the first success: the caller decides, as the address may be wrong.
      reconnectStrategy: (retries: number) =>
        this.#connected && backoffMs(reconnectBackoff, retries, random()),
    };
    return { socket: tls ? { ...socket, tls: true as const } : socket };
  }
}

function clientSettings({ username, password, database }: TcpTarget) {
  return {
    ...(username !== undefined && { username }),
    ...(password !== undefined && { password }),
    ...(database !== 0 && { database }),
    RESP: 2 as const,
    disableOfflineQueue: true,
    name: 'millrace',
  };
}
