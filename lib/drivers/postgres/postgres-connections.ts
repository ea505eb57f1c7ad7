/** The connections to a PostgreSQL: a pool of `pg` in which no call waits for ever. */
import { connect as connectTcp } from 'node:net';
import pg from 'pg';
import type { Clock } from '../../ports/clock.ts';
import type { PoolUse } from '../../ports/store/store.ts';
import { waitAtMost } from '../../retry/wait-at-most.ts';
import { isConnectionLost, type PostgresTarget } from './postgres-errors.ts';

/** Options of {@link PostgresConnections}. */
export interface PostgresConnectionsOptions {
  readonly clock: Clock;
  readonly target: PostgresTarget;
  readonly pool: pg.PoolConfig;
}

/** Maximum time that `close` waits for calls under way, in milliseconds. */
const closeMsMax = 2_000;
/** Maximum time to deliver a request to cancel, in milliseconds. */
const cancelMsMax = 5_000;
/** The code of a request to cancel, in the place of a protocol version. */
const cancelCode = 80_877_102;

/**
 * A pool of connections. A call that gets no answer until its deadline fails, its connection is
 * closed, and the server is asked to cancel what it may still be running: a connection whose other
 * end is gone says nothing, for ever.
 *
 * Connections are replaced together. When one was silent, or has reached a server that cannot
 * serve (a replica after a failover), those opened before it are not used again.
 */
export class PostgresConnections {
  readonly #options: PostgresConnectionsOptions;
  readonly #pool: pg.Pool;
  /** Every open connection, with the generation in which it was opened. */
  readonly #open = new Map<pg.ClientBase, number>();
  #generation = 0;

  constructor(options: PostgresConnectionsOptions) {
    this.#options = options;
    this.#pool = new pg.Pool({
      keepAlive: true,
      keepAliveInitialDelayMillis: 10_000,
      ...options.pool,
    });
    // The pool drops an idle connection that breaks (the server restarts); the next call opens a
    // new one.
    this.#pool.on('error', () => {});
    this.#pool.on('connect', (client) => this.#open.set(client, this.#generation));
    this.#pool.on('remove', (client) => this.#open.delete(client));
  }

  /** Runs `work` on a connection. @param deadlineMs maximum time for all of it */
  async use<Result>(
    work: (client: pg.ClientBase) => Promise<Result>,
    deadlineMs: number,
  ): Promise<Result> {
    const client = await this.#acquire();
    const generation = this.#open.get(client);
    let broken: Error | undefined;
    // A connection that breaks also fails the call; without a listener it would end the process.
    const onError = (error: Error) => {
      broken = error;
    };
    client.on('error', onError);
    try {
      return await this.#withDeadline(client, work(client), deadlineMs);
    } catch (error) {
      if (isConnectionLost(error)) {
        broken = error instanceof Error ? error : new Error(String(error));
        if (generation === this.#generation) this.#generation += 1;
      }
      throw error;
    } finally {
      client.off('error', onError);
      const isCurrent = this.#open.get(client) === this.#generation;
      client.release(broken ?? !isCurrent);
    }
  }

  /** Returns how the pool is used now. */
  countUse(): PoolUse {
    const { totalCount, idleCount, waitingCount, options } = this.#pool;
    return {
      busy: totalCount - idleCount,
      idle: idleCount,
      waiting: waitingCount,
      max: options.max,
    };
  }

  /**
   * Waits briefly for the calls under way and for the farewells, then closes what is still open: a
   * connection whose other end is gone would keep the process alive.
   */
  async close(): Promise<void> {
    const farewells = this.#pool.end().then(() => this.#allRemoved());
    await waitAtMost(this.#options.clock, farewells, closeMsMax);
    for (const client of this.#open.keys()) destroySocket(client);
  }

  #allRemoved(): Promise<void> {
    return new Promise((resolve) => {
      const check = () => {
        if (this.#open.size === 0) resolve();
      };
      this.#pool.on('remove', check);
      check();
    });
  }

  /** Returns a connection of the current generation; closes older ones. */
  async #acquire(): Promise<pg.PoolClient> {
    for (;;) {
      const client = await this.#pool.connect();
      if (this.#open.get(client) === this.#generation) return client;
      // Its other end may be gone: a farewell would wait for an answer.
      destroySocket(client);
      client.release(true);
    }
  }

  /** Fails when `work` takes longer; the caller then closes the connection. */
  #withDeadline<Result>(
    client: pg.ClientBase,
    work: Promise<Result>,
    deadlineMs: number,
  ): Promise<Result> {
    return new Promise<Result>((resolve, reject) => {
      const cancel = this.#options.clock.after(deadlineMs, () => {
        // After a turn of the loop, so that an answer that came while this thread was busy counts.
        setImmediate(() => reject(new SilentConnection(deadlineMs)));
      });
      work.then(resolve, reject).finally(cancel);
    }).catch((error: unknown) => {
      if (error instanceof SilentConnection) requestCancel(client, this.#options.target);
      throw error;
    });
  }
}

/** The error of a call whose deadline has passed. */
class SilentConnection extends Error {
  constructor(deadlineMs: number) {
    super(`no answer within ${deadlineMs / 1_000} s, the connection is replaced`);
  }
}

/**
 * Asks the server, over a connection of its own, to cancel what `client` runs, so that statements
 * that wait for a lock do not pile up. It may fail, as the server may be gone.
 */
function requestCancel(client: pg.ClientBase, { host, port }: PostgresTarget): void {
  const processId = processIdOf(client);
  const secret: unknown = Reflect.get(client, 'secretKey');
  if (processId === null || typeof secret !== 'number') return;
  const message = Buffer.alloc(16);
  message.writeInt32BE(message.length, 0);
  message.writeInt32BE(cancelCode, 4);
  message.writeInt32BE(processId, 8);
  message.writeInt32BE(secret, 12);
  const path = `${host}/.s.PGSQL.${port}`;
  const socket = connectTcp(host.startsWith('/') ? { path } : { host, port });
  socket.setTimeout(cancelMsMax, () => socket.destroy());
  socket.on('error', () => socket.destroy());
  socket.on('connect', () => socket.end(message));
}

/** Closes the socket without the farewell of the protocol. */
function destroySocket(client: pg.ClientBase): void {
  const connection: unknown = Reflect.get(client, 'connection');
  if (!(connection instanceof pg.Connection)) return;
  connection.stream.destroy();
}

/**
 * Returns the id of the server process that `client` was given; null when the driver does not know
 * it. A pooler gives an id of its own.
 */
export function processIdOf(client: pg.ClientBase): number | null {
  const processId: unknown = Reflect.get(client, 'processID');
  return typeof processId === 'number' ? processId : null;
}
