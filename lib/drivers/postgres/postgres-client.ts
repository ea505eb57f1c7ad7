/**
 * SQL over TCP, by a pool of connections of the package `pg`. A broken connection is dropped and
 * never ends the process; a statement that lost a deadlock is run again.
 */
import pg from 'pg';
import { MillraceError } from '../../errors.ts';
import type { SqlClient, Statement } from '../sql/sql-client.ts';
import { isConflict, type PostgresTarget, toMillraceError } from './postgres-errors.ts';

/** Options of {@link PostgresClient}. */
export interface PostgresClientOptions {
  /** `postgres://user:password@host:port/database`. */
  readonly url: string;
  /** Connections at most; at least 1. @default 10 */
  readonly poolSize?: number;
  /** How long to wait for a connection, in milliseconds. @default 10000 */
  readonly connectTimeoutMs?: number;
}

const postgresClientDefaults = Object.freeze({ poolSize: 10, connectTimeoutMs: 10_000 });

const conflictTriesMax = 6;
const conflictPauseMsMax = 50;

/**
 * Statements are prepared, but planned anew for each document. A plan that is kept would be the one
 * for the nearly empty tables of the first five calls (whole tables joined by hash), and stay it
 * until the next ANALYZE, a hundred thousand rows later.
 *
 * Nothing is compiled either: over tables that were not analysed yet, JIT took 500 ms for a
 * statement of 10 ms.
 */
const connectionSettings = '-c plan_cache_mode=force_custom_plan -c jit=off';

/** See this file's head. */
export class PostgresClient implements SqlClient {
  readonly description: string;
  readonly #pool: pg.Pool;
  readonly #target: PostgresTarget;
  #closed: Promise<void> | undefined;

  constructor(options: PostgresClientOptions) {
    const { url, poolSize, connectTimeoutMs } = { ...postgresClientDefaults, ...options };
    if (!Number.isInteger(poolSize) || poolSize < 1) {
      throw new MillraceError(
        'INVALID_ARGUMENT',
        `The pool size must be a whole number of at least 1, but it is ${poolSize}.`,
      );
    }
    this.#pool = new pg.Pool({
      connectionString: url,
      max: poolSize,
      connectionTimeoutMillis: connectTimeoutMs,
      application_name: 'millrace',
      options: connectionSettings,
    });
    // An idle connection that breaks (the server restarts) is dropped by the pool; the next call
    // makes a new one.
    this.#pool.on('error', () => {});
    this.#target = targetOf(url);
    const { host, port, database } = this.#target;
    this.description = `PostgreSQL at ${host}:${port}, database '${database}'`;
  }

  async call<Row extends object>(statement: Statement, document: unknown): Promise<Row[]> {
    const { name, text } = statement;
    const values = [JSON.stringify(document)];
    return await this.#run(async () => {
      const { rows } = await this.#pool.query<Row>({ name, text, values });
      return rows;
    });
  }

  async transaction(statements: readonly string[]): Promise<void> {
    await this.#run(async () => {
      const connection = await this.#pool.connect();
      let broken: Error | boolean = false;
      try {
        await connection.query('BEGIN');
        for (const statement of statements) await connection.query(statement);
        await connection.query('COMMIT');
      } catch (error) {
        // A connection that cannot even roll back is of no more use: the server does it when it is
        // cut.
        broken = await connection.query('ROLLBACK').then(
          () => false,
          () => true,
        );
        throw error;
      } finally {
        connection.release(broken);
      }
    });
  }

  close(): Promise<void> {
    this.#closed ??= this.#pool.end();
    return this.#closed;
  }

  async #run<Result>(work: () => Promise<Result>): Promise<Result> {
    for (let tries = 1; ; tries += 1) {
      if (this.#closed !== undefined) {
        throw new MillraceError('STOPPED', 'The store is closed: open it again to use it.');
      }
      try {
        return await work();
      } catch (error) {
        if (!isConflict(error) || tries === conflictTriesMax) {
          throw toMillraceError(error, this.#target);
        }
        await randomPause();
      }
    }
  }
}

/** Long enough that two who ran into each other do not do so again. */
function randomPause(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, Math.random() * conflictPauseMsMax));
}

/**
 * Read by `pg` itself, so that the message names what was really tried: environment and defaults
 * included.
 */
function targetOf(url: string): PostgresTarget {
  const { host, port, database, user } = new pg.Client({ connectionString: url });
  return { host, port, database: database ?? '', user: user ?? '' };
}
