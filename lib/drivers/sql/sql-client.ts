/**
 * The interface that every SQL driver implements: one statement, one JSON document, plain rows.
 * PostgreSQL over TCP, PGlite in process and the RDS Data API all fit, so that no other code knows
 * which one it uses.
 */
import type { PoolUse } from '../../ports/store/store.ts';

/**
 * A statement that takes one JSON document as `$1` and returns columns of text, int4, float8 and
 * bool only. Every statement returns rows, if only `RETURNING 1`, so that all are read in the same
 * way.
 */
export interface Statement {
  /** Names the prepared statement; unique per text. */
  readonly name: string;
  readonly text: string;
  /**
   * Multiple of the usual timeout that it may take: 2 for a claim; {@link scanTimeoutFactor} for
   * one that works through many rows and holds no lease. @default 1
   */
  readonly timeoutFactor?: number;
  /**
   * Whether one plan suits every document: it finds rows by the keys in the document, and no value
   * decides which index is the right one. Such a plan may be kept. @default false
   */
  readonly hasOnePlan?: boolean;
}

/** The factor of a statement that works through many rows. */
export const scanTimeoutFactor = 6;

/** A connection to a database, shared by any number of callers. */
export interface SqlClient {
  /** One readable line: which database, where (never a password). */
  readonly description: string;
  /**
   * Runs one statement, atomically. The shape of a row is not checked: the caller wrote the
   * statement.
   * @throws STORE_UNAVAILABLE when the database cannot be reached or cannot serve (the outcome is
   * unknown), STORE_FAILED with `fields.sqlState` when it refuses the statement; that is retryable
   * unless the document is at fault
   */
  call<Row extends object>(statement: Statement, document: unknown): Promise<Row[]>;
  /** Runs statements without parameters, in order, in one transaction. @throws as `call` */
  transaction(statements: readonly string[]): Promise<void>;
  /**
   * Runs a statement that PostgreSQL allows in no transaction, such as the concurrent build of an
   * index; absent for a client whose database no other process uses. The statement may go on after
   * an error, and is not repeated. @throws as `call`
   */
  outsideTransaction?(statement: string): Promise<void>;
  /**
   * Checks its connections: returns sentences about what should be changed; absent for a client
   * that has nothing to check.
   */
  inspectConnections?(): Promise<readonly string[]>;
  /** Returns how the pool of connections is used; absent for a client that has none. */
  poolUse?(): PoolUse;
  close(): Promise<void>;
}
