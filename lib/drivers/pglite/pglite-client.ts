import { PGlite } from '@electric-sql/pglite';
import { MillraceError, messageOf } from '../../errors.ts';
import type { SqlClient, Statement } from '../sql/sql-client.ts';
import { classifySqlFault } from '../sql/sql-faults.ts';
import { Housekeeping } from './housekeeping.ts';
import { PreparedStatements } from './prepared-statements.ts';

/** How a client has the folder of its database. */
export interface FolderOwnership {
  /** Whether no other process has taken the folder over. */
  readonly isOwned: () => boolean;
  /** Called once, when everything is written. */
  readonly afterClose: () => void;
}

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
  readonly #isOwned: () => boolean;
  readonly #housekeeping = new Housekeeping();
  readonly #prepared: PreparedStatements;
  #closed: Promise<void> | undefined;

  private constructor(
    database: PGlite,
    description: string,
    { afterClose, isOwned }: FolderOwnership,
  ) {
    this.#database = database;
    this.#prepared = new PreparedStatements(database);
    this.#isOwned = isOwned;
    this.description = description;
    this.#afterClose = afterClose;
  }

  /**
   * Opens the data folder, or a database in memory when none is given.
   * @param ownership @default no other process can reach the database
   */
  static async open(
    dataFolder: string | undefined,
    description: string,
    ownership: FolderOwnership = soleOwner,
  ): Promise<PgliteClient> {
    const database = await PGlite.create(dataFolder === undefined ? {} : { dataDir: dataFolder });
    return new PgliteClient(database, description, ownership);
  }

  async call<Row extends object>(statement: Statement, document: unknown): Promise<Row[]> {
    const text = JSON.stringify(document);
    return await this.#run(async () => {
      const rows = statement.hasOnePlan
        ? await this.#prepared.run<Row>(statement, text)
        : (await this.#database.query<Row>(statement.text, [text])).rows;
      const maintenance = this.#housekeeping.wrote(text.length);
      if (maintenance !== null) await this.#database.exec(maintenance);
      return rows;
    });
  }

  async transaction(statements: readonly string[]): Promise<void> {
    await this.#run(() => {
      this.#prepared.forget();
      return this.#database.transaction(async (transaction) => {
        for (const statement of statements) await transaction.exec(statement);
      });
    });
  }

  close(): Promise<void> {
    // Closing writes, which would destroy what another process has opened meanwhile.
    const closing = () => (this.#isOwned() ? this.#database.close() : Promise.resolve());
    this.#closed ??= closing().finally(this.#afterClose);
    return this.#closed;
  }

  async #run<Result>(work: () => Promise<Result>): Promise<Result> {
    if (this.#closed !== undefined) {
      throw new MillraceError('STOPPED', 'The store is closed: open it again to use it.');
    }
    if (!this.#isOwned()) throw lost(this.description);
    try {
      const result = await work();
      await yieldToEventLoop();
      return result;
    } catch (error) {
      throw toPgliteError(error);
    }
  }
}

/** The ownership of a database that no other process can reach. */
const soleOwner: FolderOwnership = Object.freeze({ isOwned: () => true, afterClose: () => {} });

function lost(description: string): MillraceError {
  return new MillraceError(
    'STORE_LOCKED',
    `${description} was taken over by another process while this one stood still: nothing more is ` +
      'written from here. End this process.',
  );
}

/** The error itself is not the cause: it has the statement's document, and with it payloads. */
function toPgliteError(error: unknown): MillraceError {
  const { code = null } = error as { code?: string };
  const fields = { sqlState: code };
  const fault = classifySqlFault(code, messageOf(error));
  if (fault === 'document' || fault === 'statement') {
    const message = `PGlite refused a statement: ${messageOf(error)}`;
    return new MillraceError('STORE_FAILED', message, { retryable: fault === 'statement', fields });
  }
  const message =
    `PGlite could not run a statement: ${messageOf(error)}. Check that its disk is not full and ` +
    'that its folder is writable.';
  return new MillraceError('STORE_UNAVAILABLE', message, { retryable: true, fields });
}

/**
 * A statement is synchronous work in this thread, and only promises resolve afterwards. Without a
 * turn of the event loop in between, a busy worker's statements would follow one another for
 * seconds in which no timer fires, no file is read and no signal arrives.
 */
function yieldToEventLoop(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
