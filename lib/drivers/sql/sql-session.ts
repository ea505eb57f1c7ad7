import type { SqlClient, Statement } from './sql-client.ts';

/** Options of {@link SqlSession}. */
export interface SqlSessionOptions {
  /** Milliseconds since 1970, for tests and simulation. @default the database's own clock */
  readonly now?: (() => number) | undefined;
}

/** Runs statements on a client; adds the time to each document when a clock was given. */
export class SqlSession {
  readonly client: SqlClient;
  readonly #now: (() => number) | undefined;

  constructor(client: SqlClient, options: SqlSessionOptions = {}) {
    this.client = client;
    this.#now = options.now;
  }

  /** The time to send with a statement; null leaves it to the database. */
  now(): number | null {
    return this.#now === undefined ? null : Math.floor(this.#now());
  }

  /** Runs one statement with `fields` and the time as its document. */
  async call<Row extends object>(statement: Statement, fields: object = {}): Promise<Row[]> {
    const rows = await this.client.call<Row>(statement, { ...fields, now: this.now() });
    return rows[0] !== undefined && 'labels' in rows[0] ? rows.map(readLabels) : rows;
  }

  /** As {@link call}, for a statement that returns at most one row. */
  async one<Row extends object>(statement: Statement, fields: object): Promise<Row | null> {
    const [row] = await this.call<Row>(statement, fields);
    return row ?? null;
  }

  /** As {@link call}, for a statement that returns one row with a `count`. */
  async count(statement: Statement, fields: object): Promise<number> {
    return (await this.one<{ count: number }>(statement, fields))?.count ?? 0;
  }
}

/** Returns a row with its labels, which are a JSON text in SQL; absent when it has none. */
function readLabels<Row extends object>(row: Row): Row {
  const { labels, ...others } = row as Row & { readonly labels?: string | null };
  if (typeof labels !== 'string') return others as Row;
  return { ...others, labels: JSON.parse(labels) } as Row;
}
