import pg from 'pg';
import { MillraceError } from '../../errors.ts';
import type { Clock } from '../../ports/clock.ts';
import type { PoolUse } from '../../ports/store/store.ts';
import { type RetryOptions, type RetryPolicy, retry } from '../../retry/retry.ts';
import type { SqlClient, Statement } from '../sql/sql-client.ts';
import { isConflict, type PostgresTarget, toPostgresStoreError } from './postgres-errors.ts';

/** Options of {@link PostgresClient}. */
export interface PostgresClientOptions {
  readonly clock: Clock;
  /** `postgres://user:password@host:port/database`. */
  readonly url: string;
  /** Maximum number of connections; at least 1. @default 10 */
  readonly poolSize?: number;
  /** How long to wait for a connection, in milliseconds. @default 10,000 */
  readonly connectTimeoutMs?: number;
}

const postgresClientDefaults = Object.freeze({ poolSize: 10, connectTimeoutMs: 10_000 });

/** Retries of a statement that lost a conflict; random, so that the two do not conflict again. */
const conflictRetries: RetryPolicy = Object.freeze({
  attemptsMax: 6,
  backoff: { firstMs: 50, maxMs: 50, jitter: { min: 0, max: 1 } },
});

/**
 * Statements are prepared, but planned for each document. A cached plan would be that of the first
 * five calls on nearly empty tables (hash joins of whole tables), and would stay until the next
 * ANALYZE, a hundred thousand rows later.
 *
 * JIT is off: on tables that were not analysed yet it took 500 ms for a statement of 10 ms.
 */
const connectionSettings = '-c plan_cache_mode=force_custom_plan -c jit=off';

/**
 * Runs SQL over TCP, with a connection pool of the package `pg`. A broken connection is dropped and
 * never ends the process; a statement that lost a deadlock runs again.
 */
export class PostgresClient implements SqlClient {
  readonly description: string;
  readonly #pool: pg.Pool;
  readonly #target: PostgresTarget;
  readonly #retryOptions: RetryOptions;
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
    // The pool drops an idle connection that breaks (the server restarts); the next call opens a
    // new one.
    this.#pool.on('error', () => {});
    this.#target = parseTarget(url);
    this.#retryOptions = {
      clock: options.clock,
      random: Math.random,
      policyFor: (error) => (isConflict(error) ? conflictRetries : null),
    };
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
        // A connection that cannot even roll back is closed: the server then rolls back itself.
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

  poolUse(): PoolUse {
    const { totalCount, idleCount, waitingCount, options } = this.#pool;
    return {
      busy: totalCount - idleCount,
      idle: idleCount,
      waiting: waitingCount,
      max: options.max,
    };
  }

  close(): Promise<void> {
    this.#closed ??= this.#pool.end();
    return this.#closed;
  }

  async #run<Result>(work: () => Promise<Result>): Promise<Result> {
    const attempt = () => {
      if (this.#closed === undefined) return work();
      throw new MillraceError('STOPPED', 'The store is closed: open it again to use it.');
    };
    try {
      return await retry(attempt, this.#retryOptions);
    } catch (error) {
      throw toPostgresStoreError(error, this.#target);
    }
  }
}

/**
 * Lets `pg` parse the URL, so that messages show the real target, with environment and defaults.
 */
function parseTarget(url: string): PostgresTarget {
  const { host, port, database, user } = new pg.Client({ connectionString: url });
  return { host, port, database: database ?? '', user: user ?? '' };
}
