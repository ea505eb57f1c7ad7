import { type PGlite, protocol, types } from '@electric-sql/pglite';
import type { Statement } from '../sql/sql-client.ts';

type Message = Awaited<ReturnType<PGlite['execProtocolStream']>>[number];

/** Reads the text of one column; null stays null. */
interface Column {
  readonly name: string;
  readonly parse: (text: string) => unknown;
}

/** Bytes of documents after which statements are first prepared again. */
const firstPlanBytes = 65_536;

/**
 * Runs statements whose plan suits every document ({@link Statement.hasOnePlan}). PGlite's own
 * `query` parses and plans a statement whenever it runs, which takes longer than a small group
 * commit itself; here PostgreSQL keeps both.
 *
 * PostgreSQL plans for tables of the size they have at that moment, and a scan that suits an empty
 * table does not suit a full one. All statements are prepared again whenever the documents written
 * have doubled, so that no plan is older than half of the data.
 */
export class PreparedStatements {
  readonly #database: PGlite;
  /** The columns of the statements that are prepared, by name. */
  #columns = new Map<string, readonly Column[]>();
  #written = 0;
  #planAfter = firstPlanBytes;

  constructor(database: PGlite) {
    this.#database = database;
  }

  /** Runs a statement, which is prepared when it is the first time. */
  async run<Row extends object>({ name, text }: Statement, document: string): Promise<Row[]> {
    this.#wrote(document.length);
    const { close, parse, describe, bind, execute, sync } = protocol.serialize;
    const known = this.#columns.get(name);
    const preparation =
      known === undefined
        ? [close({ type: 'S', name }), parse({ name, text }), describe({ type: 'S', name })]
        : [];
    const call = [bind({ statement: name, values: [document] }), execute({}), sync()];
    const messages = await this.#database.runExclusive(() =>
      this.#database.execProtocolStream(Buffer.concat([...preparation, ...call]), {}),
    );
    const columns = known ?? describeColumns(messages);
    this.#columns.set(name, columns);
    return readRows<Row>(messages, columns);
  }

  /** Has each statement prepared again: call it when the schema has changed. */
  forget(): void {
    this.#columns = new Map();
  }

  #wrote(bytes: number): void {
    this.#written += bytes;
    if (this.#written < this.#planAfter) return;
    this.#planAfter = this.#written * 2;
    this.forget();
  }
}

function describeColumns(messages: readonly Message[]): Column[] {
  const description = messages.find(isRowDescription);
  return (description?.fields ?? []).map(({ name, dataTypeID }) => ({
    name,
    parse: types.parsers[dataTypeID] ?? String,
  }));
}

function readRows<Row extends object>(
  messages: readonly Message[],
  columns: readonly Column[],
): Row[] {
  return messages.filter(isDataRow).map(({ fields }) => {
    const row: Record<string, unknown> = {};
    for (const [index, { name, parse }] of columns.entries()) {
      const text = fields[index] ?? null;
      row[name] = text === null ? null : parse(text);
    }
    return row as Row;
  });
}

interface RowDescription extends Message {
  readonly fields: readonly { readonly name: string; readonly dataTypeID: number }[];
}

interface DataRow extends Message {
  readonly fields: readonly (string | null)[];
}

function isRowDescription(message: Message): message is RowDescription {
  return message.name === 'rowDescription';
}

function isDataRow(message: Message): message is DataRow {
  return message.name === 'dataRow';
}
