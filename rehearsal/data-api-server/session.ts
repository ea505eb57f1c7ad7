import pg from 'pg';
import { DataApiError } from './data-api-error.ts';
import type { DataApiLimits } from './limits.ts';
import type { TypedValue } from './parameter-values.ts';
import { toDataApiError } from './to-data-api-error.ts';

/** A statement with numbered parameters and their values. */
export interface BoundStatement {
  readonly sql: string;
  readonly values: readonly TypedValue[];
}

/** The result of a statement; its values are the text that PostgreSQL sends. */
export interface StatementResult {
  /** The first word of the command tag; null for an empty statement. */
  readonly command: string | null;
  readonly rowCount: number;
  readonly fields: readonly pg.FieldDef[];
  readonly rows: readonly (readonly (string | null)[])[];
}

/** What a row takes on the wire besides its values: their number, and the length of each. */
const rowOverheadBytes = 2;
const valueOverheadBytes = 4;
/** PostgreSQL sends `bytea` as text with two characters for each byte. */
const byteaTypeId = 17;

/** A connection to the database, while one call or one transaction uses it. */
export class Session {
  /** The id of PostgreSQL's process, with which a statement is cancelled. */
  readonly processId: number;
  readonly #client: pg.PoolClient;
  #settled: Promise<unknown> = Promise.resolve();

  constructor(client: pg.PoolClient, processId: number) {
    this.#client = client;
    this.processId = processId;
  }

  /** Resolves when no statement runs: one may continue after its call has timed out. */
  get settled(): Promise<unknown> {
    return this.#settled;
  }

  /** `I` without a transaction, `T` in a transaction, `E` in a failed transaction. */
  get transactionStatus(): ReturnType<pg.PoolClient['getTransactionStatus']> {
    return this.#client.getTransactionStatus();
  }

  /**
   * Runs one statement to its end.
   * @throws DataApiError when the result is too large; what the statement wrote is kept
   */
  run(statement: BoundStatement, limits: DataApiLimits): Promise<StatementResult> {
    const running = new Promise<StatementResult>((resolve, reject) => {
      const query = new pg.Query<(string | null)[]>(toQuery(statement));
      const rows = new BoundedRows(limits);
      query.on('row', (row, result) => rows.add(row, result?.fields ?? []));
      query.on('error', (error) => reject(toDataApiError(error)));
      query.on('end', (result) => {
        const { command, rowCount, fields } = result;
        const refused = rows.refusal;
        if (refused !== null) reject(refused);
        else resolve({ command, rowCount: rowCount ?? 0, fields, rows: rows.kept });
      });
      this.#client.query(query);
    });
    this.#settled = running.catch(() => {});
    return running;
  }

  /** Runs a statement of the server itself. */
  async command(sql: string): Promise<void> {
    await this.#client.query(sql).catch(refuse);
  }

  /** Runs a query of the server itself. */
  async query<Row extends object>(sql: string, values: readonly unknown[]): Promise<Row[]> {
    const { rows } = await this.#client.query<Row>(sql, [...values]).catch(refuse);
    return rows;
  }

  /**
   * Waits until no statement runs, then returns the connection to the pool without an open
   * transaction, settings or temporary tables. A connection that cannot be reset is closed.
   */
  async close(): Promise<void> {
    await this.#settled;
    try {
      if (this.transactionStatus !== 'I') await this.command('ROLLBACK');
      await this.command('DISCARD ALL');
      this.#client.release();
    } catch {
      this.#client.release(true);
    }
  }
}

function refuse(error: unknown): never {
  throw toDataApiError(error);
}

/** Collects rows up to the limits; of a larger result it keeps the error only. */
class BoundedRows {
  readonly #limits: DataApiLimits;
  #rows: (string | null)[][] = [];
  #bytes = 0;
  #refusal: DataApiError | null = null;

  constructor(limits: DataApiLimits) {
    this.#limits = limits;
  }

  get kept(): readonly (readonly (string | null)[])[] {
    return this.#rows;
  }

  get refusal(): DataApiError | null {
    return this.#refusal;
  }

  add(row: (string | null)[], fields: readonly pg.FieldDef[]): void {
    if (this.#refusal !== null) return;
    const bytes = row.reduce(
      (sum, text, column) => sum + valueOverheadBytes + valueSize(text, fields[column]),
      rowOverheadBytes,
    );
    this.#bytes += bytes;
    this.#rows.push(row);
    const { rowBytes, resultBytes } = this.#limits;
    if (bytes > rowBytes) {
      const message = `Packet for query is too large (${bytes} > ${rowBytes}).`;
      this.#refuse(new DataApiError('DatabaseErrorException', message));
    } else if (this.#bytes > resultBytes) {
      const message = 'The result exceeds the size limit 1 MB.';
      this.#refuse(new DataApiError('UnsupportedResultException', message));
    }
  }

  #refuse(refusal: DataApiError): void {
    this.#refusal = refusal;
    this.#rows = [];
  }
}

/** Returns the size of a value, in bytes. */
function valueSize(text: string | null, field: pg.FieldDef | undefined): number {
  if (text === null) return 0;
  const isBytea = field?.dataTypeID === byteaTypeId;
  return isBytea ? (text.length - '\\x'.length) / 2 : Buffer.byteLength(text);
}

/**
 * Uses the extended protocol, which accepts one statement only, and declares the types of the
 * parameters. `pg` reads `types` twice: as the types of the parameters when it writes the message,
 * and as the parsers of values when it reads the result.
 */
function toQuery({ sql, values }: BoundStatement): pg.QueryConfig {
  const types = Object.assign(
    values.map(({ type }) => type),
    { getTypeParser: () => (text: string) => text },
  );
  const query = { text: sql, values: values.map(({ value }) => value), types };
  return Object.assign(query, { rowMode: 'array', queryMode: 'extended' });
}
