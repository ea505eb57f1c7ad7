import { PGlite } from '@electric-sql/pglite';
import { MillraceError, messageOf } from '../../errors.ts';
import type { SqlClient, Statement } from '../sql/sql-client.ts';
import { Housekeeping } from './housekeeping.ts';

/**
 * PostgreSQL in this process (PGlite), in a folder or in memory. Statements run one at a time.
 *
 * Durability: each statement is in the operating system's page cache when its call returns, because
 * PGlite writes the log through the file system and skips only fsync. A process killed at any
 * moment loses nothing that was returned (a test kills one); a power failure may lose it.
 */
export class PgliteClient implements SqlClient {
  readonly description: string;
  readonly #database: PGlite;
  readonly #afterClose: () => void;
  readonly #housekeeping = new Housekeeping();
  #closed: Promise<void> | undefined;

  private constructor(database: PGlite, description: string, afterClose: () => void) {
    this.#database = database;
    this.description = description;
    this.#afterClose = afterClose;
  }

  /**
   * Opens the data folder, or a database in memory when none is given.
   * @param afterClose called once, when everything is written
   */
  static async open(
    dataFolder: string | undefined,
    description: string,
    afterClose: () => void,
  ): Promise<PgliteClient> {
    const database = await PGlite.create(dataFolder === undefined ? {} : { dataDir: dataFolder });
    return new PgliteClient(database, description, afterClose);
  }

  async call<Row extends object>(statement: Statement, document: unknown): Promise<Row[]> {
    const text = JSON.stringify(document);
    return await this.#run(async () => {
      const { rows } = await this.#database.query<Row>(statement.text, [text]);
      const maintenance = this.#housekeeping.wrote(text.length);
      if (maintenance !== null) await this.#database.exec(maintenance);
      return rows;
    });
  }

  async transaction(statements: readonly string[]): Promise<void> {
    await this.#run(() =>
      this.#database.transaction(async (transaction) => {
        for (const statement of statements) await transaction.exec(statement);
      }),
    );
  }

  close(): Promise<void> {
    this.#closed ??= this.#database.close().finally(this.#afterClose);
    return this.#closed;
  }

  async #run<Result>(work: () => Promise<Result>): Promise<Result> {
    if (this.#closed !== undefined) {
      throw new MillraceError('STOPPED', 'The store is closed: open it again to use it.');
    }
    try {
      const result = await work();
      await yieldToEventLoop();
      return result;
    } catch (error) {
      const { code = null } = error as { code?: string };
      // The error itself is not the cause: it has the statement's document, and with it payloads.
      throw new MillraceError('STORE_FAILED', `PGlite refused a statement: ${messageOf(error)}`, {
        fields: { sqlState: code },
      });
    }
  }
}

/**
 * A statement is synchronous work in this thread, and only promises resolve afterwards. Without a
 * turn of the event loop in between, a busy worker's statements would follow one another for
 * seconds in which no timer fires, no file is read and no signal arrives.
 */
function yieldToEventLoop(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
