import { type Info, Parser } from 'csv-parse';
import { type Json, setOwn } from '../../asl/json/json.ts';
import type { ObjectReader } from '../../ports/object-store.ts';
import type { BatchSource } from '../batch-source.ts';
import {
  FileFault,
  type FileFormat,
  type FilePosition,
  type FileRecord,
  FileSource,
  recordBytesMax,
} from './file-source.ts';

/** Options of {@link createCsvSource}. */
export interface CsvOptions {
  /** Column names of a file without a header row. @default the file's first row */
  readonly columns?: readonly string[];
  /** Character between fields. @default ',' */
  readonly delimiter?: string;
  /**
   * What happens to a row with another number of fields than the header: `refuse` makes it a
   * problem of that row, `fit` drops surplus fields and fills missing ones with empty strings.
   * @default 'refuse'
   */
  readonly raggedRows?: 'refuse' | 'fit';
}

/**
 * Reads the rows of a CSV file, each as an object by column name whose values are strings. Quoted
 * fields may contain commas, quotes and newlines. A quote that is never closed ends the reading
 * with an error, because the rows after it cannot be separated. Row 1 is the first below the
 * header.
 */
export function createCsvSource(
  files: ObjectReader,
  path: string,
  options: CsvOptions = {},
): BatchSource {
  return new FileSource(files, path, new CsvFormat(options));
}

class CsvFormat implements FileFormat {
  readonly #options: CsvOptions;

  constructor(options: CsvOptions) {
    this.#options = options;
  }

  async *records(
    pieces: AsyncIterable<Uint8Array>,
    from: FilePosition,
  ): AsyncGenerator<readonly FileRecord[]> {
    const { columns: given } = this.#options;
    const columns = from.columns ?? (given === undefined ? null : checkHeader(given));
    const rows = new RowCollector({ ...from, columns }, this.#options.raggedRows === 'fit');
    const parser = createParser(rows, this.#options.delimiter ?? ',');
    for await (const piece of pieces) {
      await write(parser, piece);
      yield rows.take();
      rows.checkLength(piece.length);
    }
    await end(parser).catch((error: unknown) => {
      throw error instanceof FileFault ? error : rows.fault('runs to the end of the file');
    });
    yield rows.take();
  }
}

/** Turns the rows that the parser finds into records. */
class RowCollector {
  #position: FilePosition;
  readonly #start: FilePosition;
  readonly #fits: boolean;
  #records: FileRecord[] = [];
  #bytesSinceRow = 0;

  constructor(from: FilePosition, fits: boolean) {
    this.#position = from;
    this.#start = from;
    this.#fits = fits;
  }

  add(fields: readonly string[], info: Pick<Info, 'bytes' | 'lines'>): void {
    const { columns, index } = this.#position;
    const byte = this.#start.byte + info.bytes;
    const line = this.#start.line + info.lines;
    this.#bytesSinceRow = 0;
    if (columns === null) {
      this.#position = { byte, line, index, columns: checkHeader(fields) };
      return;
    }
    this.#position = { byte, line, index: index + 1, columns };
    const isRagged = fields.length !== columns.length && !this.#fits;
    const content = isRagged
      ? { problem: describeRagged(fields, columns, `row ${index + 1} (line ${line})`) }
      : { value: toRow(fields, columns) };
    this.#records.push({ next: this.#position, content });
  }

  take(): readonly FileRecord[] {
    const records = this.#records;
    this.#records = [];
    return records;
  }

  /** Limits a row: a quote that is never closed would collect the rest of the file in memory. */
  checkLength(bytes: number): void {
    this.#bytesSinceRow += bytes;
    if (this.#bytesSinceRow > recordBytesMax) throw this.fault('is longer than 16 MiB');
  }

  fault(what: string): FileFault {
    const { index, line } = this.#position;
    return new FileFault(
      `row ${index + 1} (which starts after line ${line}): ${what}; a quote in it is probably ` +
        'never closed: close it, or double it if it is part of the text',
    );
  }
}

function toRow(fields: readonly string[], columns: readonly string[]): Json {
  const row: Record<string, Json> = {};
  for (const [position, column] of columns.entries()) {
    setOwn(row, column, fields[position] ?? '');
  }
  return row;
}

function describeRagged(
  fields: readonly string[],
  columns: readonly string[],
  where: string,
): string {
  const names = columns.join(', ').slice(0, 200);
  return `${where}: expected ${columns.length} columns (${names}), found ${fields.length}`;
}

function checkHeader(columns: readonly string[]): readonly string[] {
  const repeated = columns.find((column, position) => columns.indexOf(column) !== position);
  if (repeated === undefined) return columns;
  throw new FileFault(
    `the header names the column ${JSON.stringify(repeated)} twice; column names must differ`,
    'sameColumnTwice',
  );
}

function createParser(rows: RowCollector, delimiter: string): Parser {
  return new Parser({
    delimiter,
    record_delimiter: ['\r\n', '\n', '\r'],
    relax_column_count: true,
    // A quote inside an unquoted field is an ordinary character.
    relax_quotes: true,
    skip_empty_lines: true,
    // Rows are collected here, with the position after each; the parser itself emits none.
    on_record: (fields: string[], info) => {
      rows.add(fields, info);
      return null;
    },
  }).on('error', () => {});
}

/** Resolves when the parser has processed the piece. */
function write(parser: Parser, piece: Uint8Array): Promise<void> {
  return new Promise((resolve, reject) => {
    parser.write(piece, (error) => (error ? reject(error) : resolve()));
  });
}

function end(parser: Parser): Promise<void> {
  return new Promise((resolve, reject) => {
    parser.end((error?: Error | null) => (error ? reject(error) : resolve()));
  });
}
