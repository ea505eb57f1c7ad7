import type pg from 'pg';
import { MillraceError } from '../../errors.ts';
import type { Clock } from '../../ports/clock.ts';
import type { TransactionClient } from '../../ports/store/execution-store.ts';
import type { PoolUse } from '../../ports/store/store.ts';
import { type RetryOptions, type RetryPolicy, retry } from '../../retry/retry.ts';
import type { SqlClient, Statement } from '../sql/sql-client.ts';
import { PostgresConnections, processIdOf } from './postgres-connections.ts';
import { isConflict, type PostgresTarget, toPostgresStoreError } from './postgres-errors.ts';
import { parseTarget, toDriverUrl } from './postgres-url.ts';
import { TransactionSqlClient } from './transaction-client.ts';

/** Options of {@link PostgresClient}. */
export interface PostgresClientOptions {
  readonly clock: Clock;
  /** `postgres://user:password@host:port/database`. */
  readonly url: string;
  /** Maximum number of connections; at least 1. @default 10 */
  readonly poolSize?: number;
  /**
   * How long to wait for a connection, in milliseconds. @default as `statementMs`, at least 5,000
   */
  readonly connectTimeoutMs?: number;
  /**
   * Maximum time for a statement, in milliseconds; those with a `timeoutFactor` have a multiple of
   * it, and a migration an hour. Well below a worker's lease. @default 10,000
   */
  readonly statementMs?: number;
  /**
   * Whether a pooler in transaction mode (PgBouncer) is in between: nothing is then kept in a
   * session, neither settings nor prepared statements. @default false
   */
  readonly pooler?: boolean;
}

const postgresClientDefaults = Object.freeze({
  poolSize: 10,
  statementMs: 10_000,
  pooler: false,
});

/** Retries of a statement that lost a conflict; random, so that the two do not conflict again. */
const conflictRetries: RetryPolicy = Object.freeze({
  attemptsMax: 6,
  backoff: { firstMs: 50, maxMs: 50, jitter: { min: 0, max: 1 } },
});

/** Maximum time for the statements of one transaction, which are migrations, in milliseconds. */
const transactionMs = 3_600_000;

/** Minimum of the default time to connect: a busy machine takes seconds. */
const connectMsMin = 5_000;

/** Multiple of `statementMs` after which the server itself ends a statement. */
const serverTimeoutFactor = 8;

/**
 * Statements are prepared, but planned for each document. A cached plan would be that of the first
 * five calls on nearly empty tables (hash joins of whole tables), and would stay until the next
 * ANALYZE, a hundred thousand rows later.
 *
 * JIT is off: on tables that were not analysed yet it took 500 ms for a statement of 10 ms.
 *
 * The server ends a statement whose caller has long stopped to wait.
 */
function sessionSettings(statementMs: number): string {
  return (
    '-c plan_cache_mode=force_custom_plan -c jit=off ' +
    `-c statement_timeout=${statementMs * serverTimeoutFactor}`
  );
}

const unknownPooler =
  'a pooler is in front of PostgreSQL, and gives each statement another session: set ' +
  'POSTGRES_POOLER=true (postgres.pooler), so that nothing is kept in sessions';

function jitBehindPooler(user: string): string {
  return (
    'jit is on, which cannot be turned off for each session behind a pooler and makes short ' +
    `statements slow: ALTER ROLE "${user}" SET jit = off`
  );
}

/**
 * Runs SQL over TCP, with a connection pool of the package `pg`. A broken or silent connection is
 * dropped and never ends the process; a statement that lost a deadlock runs again.
 */
export class PostgresClient implements SqlClient {
  readonly description: string;
  readonly #connections: PostgresConnections;
  readonly #target: PostgresTarget;
  readonly #retryOptions: RetryOptions;
  readonly #statementMs: number;
  readonly #pooler: boolean;
  #closed: Promise<void> | undefined;

  constructor(options: PostgresClientOptions) {
    const { clock, url, poolSize, statementMs, pooler, connectTimeoutMs } = {
      ...postgresClientDefaults,
      ...options,
    };
    if (!Number.isInteger(poolSize) || poolSize < 1) {
      throw new MillraceError(
        'INVALID_ARGUMENT',
        `The pool size must be a whole number of at least 1, but it is ${poolSize}.`,
      );
    }
    this.#statementMs = statementMs;
    this.#pooler = pooler;
    const connectionString = toDriverUrl(url);
    this.#target = parseTarget(connectionString);
    this.#connections = new PostgresConnections({
      clock,
      target: this.#target,
      pool: {
        connectionString,
        max: poolSize,
        connectionTimeoutMillis: connectTimeoutMs ?? Math.max(statementMs, connectMsMin),
        application_name: 'millrace',
        // A pooler refuses startup parameters that it does not keep for each client.
        ...(!pooler && { options: sessionSettings(statementMs) }),
      },
    });
    this.#retryOptions = {
      clock,
      random: Math.random,
      policyFor: (error) => (isConflict(error) ? conflictRetries : null),
    };
    const { host, port, database } = this.#target;
    this.description = `PostgreSQL at ${host}:${port}, database '${database}'`;
  }

  async call<Row extends object>(statement: Statement, document: unknown): Promise<Row[]> {
    const { name, text, timeoutFactor = 1 } = statement;
    const values = [JSON.stringify(document)];
    // Without a name, the statement is planned for this document and then forgotten.
    const query = this.#pooler ? { text, values } : { name, text, values };
    return await this.#run(async (connection) => {
      const { rows } = await connection.query<Row>(query);
      return rows;
    }, this.#statementMs * timeoutFactor);
  }

  async transaction(statements: readonly string[]): Promise<void> {
    await this.#run(async (connection) => {
      try {
        await connection.query('BEGIN');
        await connection.query(`SET LOCAL statement_timeout = ${transactionMs}`);
        for (const statement of statements) await connection.query(statement);
        await connection.query('COMMIT');
      } catch (error) {
        // On a connection that is broken: it is dropped, and the server rolls back itself.
        await connection.query('ROLLBACK').catch(() => {});
        throw error;
      }
    }, transactionMs);
  }

  async outsideTransaction(statement: string): Promise<void> {
    await this.#run(async (connection) => {
      // Behind a pooler there is no limit of ours to lift.
      if (this.#pooler) return await connection.query(statement);
      await connection.query(`SET statement_timeout = ${transactionMs}`);
      try {
        return await connection.query(statement);
      } finally {
        // Back to what the connection began with. It may be broken: then it is dropped.
        await connection.query('RESET statement_timeout').catch(() => {});
      }
    }, transactionMs);
  }

  /** Finds a pooler that the settings do not name, and what is missing behind one. */
  async inspectConnections(): Promise<readonly string[]> {
    return await this.#run(async (connection) => {
      const { rows } = await connection.query<{ pid: number; jit: string }>(
        "SELECT pg_backend_pid() AS pid, current_setting('jit') AS jit",
      );
      // The process that answers is another than the one that this connection was given.
      const isPooled = rows[0]?.pid !== processIdOf(connection);
      if (isPooled && !this.#pooler) return [unknownPooler];
      return this.#pooler && rows[0]?.jit === 'on' ? [jitBehindPooler(this.#target.user)] : [];
    }, this.#statementMs);
  }

  /** Runs statements in a transaction of the caller. */
  within(client: TransactionClient): SqlClient {
    return new TransactionSqlClient(client, this.#target);
  }

  poolUse(): PoolUse {
    return this.#connections.countUse();
  }

  close(): Promise<void> {
    this.#closed ??= this.#connections.close();
    return this.#closed;
  }

  async #run<Result>(
    work: (connection: pg.ClientBase) => Promise<Result>,
    deadlineMs: number,
  ): Promise<Result> {
    const attempt = () => {
      if (this.#closed === undefined) return this.#connections.use(work, deadlineMs);
      throw new MillraceError('STOPPED', 'The store is closed: open it again to use it.');
    };
    try {
      return await retry(attempt, this.#retryOptions);
    } catch (error) {
      throw toPostgresStoreError(error, this.#target);
    }
  }
}
