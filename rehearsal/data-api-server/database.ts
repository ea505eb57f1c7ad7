/** The database behind the service: a pool of connections that outlives restarts of the server. */
import pg from 'pg';
import { toServiceError } from './database-error.ts';
import { Session } from './session.ts';

const connectTimeoutMs = 10_000;

/**
 * As Aurora's sessions are: in UTC, and with PostgreSQL's own formats, whatever the server's
 * configuration says.
 */
const sessionSettings = ['TimeZone=UTC', 'DateStyle=ISO', 'bytea_output=hex']
  .map((setting) => `-c ${setting}`)
  .join(' ');

/** See this file's head. */
export class Database {
  readonly #url: string;
  readonly #pool: pg.Pool;
  readonly #processIds = new WeakMap<pg.PoolClient, number>();

  constructor(url: string, poolSize: number) {
    this.#url = url;
    this.#pool = new pg.Pool({
      connectionString: url,
      max: poolSize,
      connectionTimeoutMillis: connectTimeoutMs,
      application_name: 'data-api-server',
      options: sessionSettings,
    });
    // A connection that breaks is told of where it is used, and otherwise replaced unseen.
    this.#pool.on('error', () => {});
    this.#pool.on('connect', (client) => client.on('error', () => {}));
  }

  /** A connection of its own, until it is closed. @throws ServiceError when there is none */
  async open(): Promise<Session> {
    let client: pg.PoolClient | undefined;
    try {
      client = await this.#pool.connect();
      return new Session(client, await this.#processIdOf(client));
    } catch (error) {
      client?.release(true);
      throw toServiceError(error);
    }
  }

  /** Cancels what a session runs; nothing happens when it runs nothing. */
  async cancel({ processId }: Session): Promise<void> {
    // Not of the pool: every connection of it may be busy with what is to be cancelled.
    const client = new pg.Client({ connectionString: this.#url });
    client.on('error', () => {});
    try {
      await client.connect();
      await client.query('SELECT pg_cancel_backend($1)', [processId]);
    } finally {
      await client.end();
    }
  }

  async close(): Promise<void> {
    await this.#pool.end();
  }

  async #processIdOf(client: pg.PoolClient): Promise<number> {
    const known = this.#processIds.get(client);
    if (known !== undefined) return known;
    const { rows } = await client.query<{ id: number }>('SELECT pg_backend_pid() AS id');
    const id = rows[0]?.id ?? 0;
    this.#processIds.set(client, id);
    return id;
  }
}
