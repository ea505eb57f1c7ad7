/**
 * The narrow waist of every SQL driver: one statement, one JSON document, plain rows. PostgreSQL
 * over TCP, PGlite in process and the RDS Data API all fit through it, so nothing above knows which
 * one it speaks to.
 */

/**
 * A statement that takes one JSON document as `$1` and returns columns of text, int4, float8 and
 * bool only. Each returns rows, be it of no use to anybody (`RETURNING 1`), so that all are read in
 * one way.
 */
export interface Statement {
  /** Names the prepared statement; unique per text. */
  readonly name: string;
  readonly text: string;
}

/** A connection to a database, shared by any number of callers. */
export interface SqlClient {
  /** A line for people: which database, where (never a password). */
  readonly description: string;
  /**
   * Runs one statement, atomically. The caller vouches for the shape of a row, as it wrote the
   * statement.
   * @throws STORE_UNAVAILABLE when the database cannot be reached (the outcome is unknown),
   * STORE_FAILED with `fields.sqlState` when it refuses
   */
  call<Row extends object>(statement: Statement, document: unknown): Promise<Row[]>;
  /** Runs statements without parameters, in order, in one transaction. @throws as `call` */
  transaction(statements: readonly string[]): Promise<void>;
  close(): Promise<void>;
}
