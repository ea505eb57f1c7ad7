/** The transaction of a caller, as a client of the SQL store. */
import { MillraceError } from '../../errors.ts';
import type { TransactionClient } from '../../ports/store/execution-store.ts';
import type { SqlClient, Statement } from '../sql/sql-client.ts';
import { type PostgresTarget, toPostgresStoreError } from './postgres-errors.ts';

/**
 * Runs statements on a connection of the caller, within the transaction that it has begun. Nothing
 * is prepared, repeated, or kept in its session. A statement that fails has ended the transaction,
 * as any other does: the caller rolls back.
 */
export class TransactionSqlClient implements SqlClient {
  readonly description: string;
  readonly #client: TransactionClient;
  readonly #target: PostgresTarget;

  constructor(client: TransactionClient, target: PostgresTarget) {
    this.description = `a transaction of the caller in the database '${target.database}'`;
    this.#client = client;
    this.#target = target;
  }

  async call<Row extends object>({ text }: Statement, document: unknown): Promise<Row[]> {
    try {
      const { rows } = await this.#client.query(text, [JSON.stringify(document)]);
      return [...rows] as Row[];
    } catch (error) {
      const { message, retryable, fields } = toPostgresStoreError(error, this.#target);
      throw new MillraceError(
        'STORE_FAILED',
        `a statement failed in the transaction of the caller, which has to be rolled back: ${message}`,
        { retryable, fields, cause: error },
      );
    }
  }

  async transaction(statements: readonly string[]): Promise<void> {
    for (const statement of statements) await this.#client.query(statement, []);
  }

  /** The connection belongs to the caller. */
  async close(): Promise<void> {}
}
