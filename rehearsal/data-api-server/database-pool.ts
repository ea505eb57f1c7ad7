import pg from 'pg';
import { Session } from './session.ts';
import { toDataApiError } from './to-data-api-error.ts';

const connectTimeoutMs = 30_000;

/** As on Aurora, sessions use UTC and PostgreSQL's default formats, whatever the server uses. */
const sessionSettings = ['TimeZone=UTC', 'DateStyle=ISO', 'bytea_output=hex']
  .map((setting) => `-c ${setting}`)
  .join(' ');

/** The connections to the database. The pool survives restarts of the PostgreSQL server. */
export class DatabasePool {
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
    // The user of a broken connection gets the error; an unused one is replaced silently.
    this.#pool.on('error', () => {});
    this.#pool.on('connect', (client) => client.on('error', () => {}));
  }

  /** Opens a session with a connection of its own. @throws DataApiError when there is none */
  async open(): Promise<Session> {
    let client: pg.PoolClient | undefined;
    try {
      client = await this.#pool.connect();
      return new Session(client, await this.#readProcessId(client));
    } catch (error) {
      client?.release(true);
      throw toDataApiError(error);
    }
  }

  /** Cancels the statement that a session runs, if it runs one. */
  async cancel({ processId }: Session): Promise<void> {
    // Not from the pool, whose connections may all be busy with statements to cancel.
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

  async #readProcessId(client: pg.PoolClient): Promise<number> {
    const known = this.#processIds.get(client);
    if (known !== undefined) return known;
    const { rows } = await client.query<{ id: number }>('SELECT pg_backend_pid() AS id');
    const id = rows[0]?.id ?? 0;
    this.#processIds.set(client, id);
    return id;
  }
}
