/**
 * The package `redis` behind the `Requester` interface of `@upstash/redis`: the same calls, over
 * TCP. A connection that breaks is made again, with a growing pause; until then calls fail at once,
 * and none is sent twice.
 */
import type { Requester, UpstashRequest, UpstashResponse } from '@upstash/redis';
import { createClient, createCluster } from 'redis';
import { type Clock, pause } from '../../ports/clock.ts';
import type { TcpTarget } from './redis-target.ts';

/** Options of {@link TcpRequester}. */
export interface TcpRequesterOptions {
  readonly target: TcpTarget;
  readonly cluster: boolean;
  /** A key of the slot that every command of this connection belongs to. */
  readonly route: string;
  readonly clock: Clock;
  /** Numbers in [0, 1), so that many processes do not come back at once. */
  readonly random: () => number;
}

const connectMsMax = 5_000;
const closeMsMax = 1_000;
const reconnectMsMin = 50;
const reconnectMsMax = 5_000;

type Send = (command: string[]) => Promise<unknown>;

/** See this file's head. */
export class TcpRequester implements Requester {
  readonly #send: Send;
  readonly #open: () => Promise<unknown>;
  readonly #end: () => Promise<unknown>;
  readonly #cut: () => unknown;
  readonly #clock: Clock;
  #connected = false;

  constructor(options: TcpRequesterOptions) {
    const { route, clock } = options;
    this.#clock = clock;
    const parts = options.cluster ? this.#clusterOf(options) : this.#clientOf(options);
    if ('cluster' in parts) {
      const { cluster } = parts;
      this.#send = (command) => cluster.sendCommand(route, false, command);
      this.#open = () => cluster.connect();
      this.#end = () => cluster.close();
      this.#cut = () => cluster.destroy();
    } else {
      const { client } = parts;
      this.#send = (command) => client.sendCommand(command);
      this.#open = () => client.connect();
      this.#end = () => client.close();
      this.#cut = () => client.destroy();
    }
  }

  /** Connects, or throws what the first try met; who accepts and then says nothing is not there. */
  async connect(): Promise<void> {
    const late = new AbortController();
    const tooLate = pause(this.#clock, connectMsMax, late.signal).then(() => {
      if (this.#connected || late.signal.aborted) return;
      this.destroy();
      throw new Error(`no answer within ${connectMsMax / 1_000} s`);
    });
    try {
      await Promise.race([this.#open(), tooLate]);
      this.#connected = true;
    } finally {
      late.abort();
    }
  }

  async request<Result>({ body }: UpstashRequest): Promise<UpstashResponse<Result>> {
    if (!Array.isArray(body)) throw new TypeError('one command a request is all this speaks');
    const result = await this.#send(body.map(String));
    return { result: result as Result };
  }

  /** Waits a moment for the calls under way, then lets go of the connection. Never throws. */
  async close(): Promise<void> {
    const ended = this.#end().then(
      () => {},
      () => {},
    );
    await Promise.race([ended, pause(this.#clock, closeMsMax)]);
    this.destroy();
  }

  /** Lets go of the connection at once; calls under way fail. */
  destroy(): void {
    this.#cut();
  }

  #clientOf({ target, random }: TcpRequesterOptions) {
    const client = createClient({ ...settings(target), ...this.#connection(target, random) });
    // Every call that an error concerns is told of it; the event alone would end the process.
    client.on('error', () => {});
    return { client };
  }

  #clusterOf({ target, random }: TcpRequesterOptions) {
    const { host, port } = target;
    const defaults = { ...settings(target), ...this.#connection(target, random) };
    const cluster = createCluster({ rootNodes: [{ socket: { host, port } }], defaults });
    cluster.on('error', () => {});
    return { cluster };
  }

  #connection({ host, port, tls }: TcpTarget, random: () => number) {
    const socket = {
      host,
      port,
      connectTimeout: connectMsMax,
      // The first try is its caller's to judge: a wrong address is not worth waiting for.
      reconnectStrategy: (retries: number) => this.#connected && pauseMs(retries, random()),
    };
    return { socket: tls ? { ...socket, tls: true as const } : socket };
  }
}

function settings({ username, password, database }: TcpTarget) {
  return {
    ...(username !== undefined && { username }),
    ...(password !== undefined && { password }),
    ...(database !== 0 && { database }),
    RESP: 2 as const,
    disableOfflineQueue: true,
    name: 'millrace',
  };
}

function pauseMs(retries: number, chance: number): number {
  const most = Math.min(reconnectMsMin * 2 ** Math.min(retries, 10), reconnectMsMax);
  return Math.round(most * (0.5 + chance / 2));
}
