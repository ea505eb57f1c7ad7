/** One connection to the database while a caller or a transaction has it, and what it ran. */
import pg from 'pg';
import { toServiceError } from './database-error.ts';
import type { Limits } from './limits.ts';
import type { TypedValue } from './parameter-values.ts';
import { ServiceError } from './service-error.ts';

/** A statement, its parameters numbered. */
export interface BoundStatement {
  readonly sql: string;
  readonly values: readonly TypedValue[];
}

/** What a statement gave; its values as the text that PostgreSQL sends. */
export interface StatementResult {
  /** The first word of the command's tag; null for an empty statement. */
  readonly command: string | null;
  readonly rowCount: number;
  readonly fields: readonly pg.FieldDef[];
  readonly rows: readonly (readonly (string | null)[])[];
}

/** What a row costs on the wire beside its values: their number, and the length of each. */
const rowOverheadBytes = 2;
const valueOverheadBytes = 4;
/** Comes as text in twice as many letters as it has bytes. */
const byteaTypeId = 17;

/** See this file's head. */
export class Session {
  /** Of the server's process, by which a statement is cancelled. */
  readonly processId: number;
  readonly #client: pg.PoolClient;
  #settled: Promise<unknown> = Promise.resolve();

  constructor(client: pg.PoolClient, processId: number) {
    this.#client = client;
    this.processId = processId;
  }

  /** Fulfilled when nothing runs; a statement may go on after its caller was answered. */
  get settled(): Promise<unknown> {
    return this.#settled;
  }

  /** `I` when no transaction is open, `T` in one, `E` in one that has failed. */
  get transactionStatus(): ReturnType<pg.PoolClient['getTransactionStatus']> {
    return this.#client.getTransactionStatus();
  }

  /**
   * Runs one statement to its end.
   * @throws ServiceError when the result is larger than allowed: what was written stands
   */
  run(statement: BoundStatement, limits: Limits): Promise<StatementResult> {
    const running = new Promise<StatementResult>((resolve, reject) => {
      const query = new pg.Query<(string | null)[]>(toQuery(statement));
      const rows = new BoundedRows(limits);
      query.on('row', (row, result) => rows.add(row, result?.fields ?? []));
      query.on('error', (error) => reject(toServiceError(error)));
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

  /** Runs a statement of the server's own. */
  async command(sql: string): Promise<void> {
    await this.#client.query(sql).catch(refuse);
  }

  /** Asks for something that the server itself wants to know. */
  async ask<Row extends object>(sql: string, values: readonly unknown[]): Promise<Row[]> {
    const { rows } = await this.#client.query<Row>(sql, [...values]).catch(refuse);
    return rows;
  }

  /**
   * Gives the connection back when nothing runs on it, as if it were new: no open transaction, no
   * setting, no temporary table. One that cannot be cleaned is closed.
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
  throw toServiceError(error);
}

/** Keeps rows up to the limits, and of larger results nothing but the fact. */
class BoundedRows {
  readonly #limits: Limits;
  #rows: (string | null)[][] = [];
  #bytes = 0;
  #refusal: ServiceError | null = null;

  constructor(limits: Limits) {
    this.#limits = limits;
  }

  get kept(): readonly (readonly (string | null)[])[] {
    return this.#rows;
  }

  get refusal(): ServiceError | null {
    return this.#refusal;
  }

  add(row: (string | null)[], fields: readonly pg.FieldDef[]): void {
    if (this.#refusal !== null) return;
    const bytes = row.reduce(
      (sum, text, column) => sum + valueOverheadBytes + sizeOf(text, fields[column]),
      rowOverheadBytes,
    );
    this.#bytes += bytes;
    this.#rows.push(row);
    const { rowBytes, resultBytes } = this.#limits;
    if (bytes > rowBytes) {
      const message = `Packet for query is too large (${bytes} > ${rowBytes}).`;
      this.#refuse(new ServiceError('DatabaseErrorException', message));
    } else if (this.#bytes > resultBytes) {
      const message = 'The result exceeds the size limit 1 MB.';
      this.#refuse(new ServiceError('UnsupportedResultException', message));
    }
  }

  #refuse(refusal: ServiceError): void {
    this.#refusal = refusal;
    this.#rows = [];
  }
}

/** Of a value, in bytes. */
function sizeOf(text: string | null, field: pg.FieldDef | undefined): number {
  if (text === null) return 0;
  const isBytea = field?.dataTypeID === byteaTypeId;
  return isBytea ? (text.length - '\\x'.length) / 2 : Buffer.byteLength(text);
}

/**
 * Always by the extended protocol, which takes one statement only, and with the parameters' types
 * declared: `types` is read as those by the one who writes the message, and as the parsers of the
 * result by the one who reads the answer.
 */
function toQuery({ sql, values }: BoundStatement): pg.QueryConfig {
  const types = Object.assign(
    values.map(({ type }) => type),
    { getTypeParser: () => (text: string) => text },
  );
  const query = { text: sql, values: values.map(({ value }) => value), types };
  return Object.assign(query, { rowMode: 'array', queryMode: 'extended' });
}
