/**
 * Rows of a CSV file, each an object by column name, every value a text as it stands. Quoted fields
 * may hold commas, quotes and newlines. A row with another number of fields than the header is a
 * problem of that row; a quote that is never closed ends the reading, because no row behind it can
 * be told apart.
 */
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

/** Options of {@link csvSource}. */
export interface CsvOptions {
  /** The column names of a file without a header row. @default the file's first row */
  readonly columns?: readonly string[];
  /** What stands between fields; one character. @default ',' */
  readonly delimiter?: string;
  /**
   * What becomes of a row with another number of fields than the header: a problem of that row, or
   * one that is made to fit, without its surplus fields and with empty ones for what it lacks.
   * @default 'refuse'
   */
  readonly raggedRows?: 'refuse' | 'fit';
}

/** Reads a CSV file. The first row below the header is row 1. */
export function csvSource(
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
    const columns = from.columns ?? (given === undefined ? null : checkedHeader(given));
    const rows = new RowCollector({ ...from, columns }, this.#options.raggedRows === 'fit');
    const parser = parserInto(rows, this.#options.delimiter ?? ',');
    for await (const piece of pieces) {
      await written(parser, piece);
      yield rows.take();
      rows.checkLength(piece.length);
    }
    await ended(parser).catch((error: unknown) => {
      throw error instanceof FileFault ? error : rows.fault('runs to the end of the file');
    });
    yield rows.take();
  }
}

/** Makes records of rows in the order in which the parser finds them. */
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
      this.#position = { byte, line, index, columns: checkedHeader(fields) };
      return;
    }
    this.#position = { byte, line, index: index + 1, columns };
    const isRagged = fields.length !== columns.length && !this.#fits;
    const content = isRagged
      ? { problem: raggedText(fields, columns, `row ${index + 1} (line ${line})`) }
      : { value: rowOf(fields, columns) };
    this.#records.push({ next: this.#position, content });
  }

  take(): readonly FileRecord[] {
    const records = this.#records;
    this.#records = [];
    return records;
  }

  /** A quote that is never closed would gather the rest of the file in memory. */
  checkLength(bytes: number): void {
    this.#bytesSinceRow += bytes;
    if (this.#bytesSinceRow > recordBytesMax) throw this.fault('is longer than 16 MiB');
  }

  fault(what: string): FileFault {
    const { index, line } = this.#position;
    return new FileFault(
      `row ${index + 1} (which begins after line ${line}): ${what}; a quote in it is probably ` +
        'never closed: close it, or double it if it is meant as a character',
    );
  }
}

function rowOf(fields: readonly string[], columns: readonly string[]): Json {
  const row: Record<string, Json> = {};
  for (const [place, column] of columns.entries()) setOwn(row, column, fields[place] ?? '');
  return row;
}

function raggedText(fields: readonly string[], columns: readonly string[], where: string): string {
  const names = columns.join(', ').slice(0, 200);
  return `${where}: expected ${columns.length} columns (${names}), found ${fields.length}`;
}

function checkedHeader(columns: readonly string[]): readonly string[] {
  const double = columns.find((column, place) => columns.indexOf(column) !== place);
  if (double === undefined) return columns;
  throw new FileFault(
    `the header names the column ${JSON.stringify(double)} twice; column names must differ`,
    'sameColumnTwice',
  );
}

function parserInto(rows: RowCollector, delimiter: string): Parser {
  return new Parser({
    delimiter,
    record_delimiter: ['\r\n', '\n', '\r'],
    relax_column_count: true,
    // A quote inside an unquoted field is a character like any other.
    relax_quotes: true,
    skip_empty_lines: true,
    // Nothing is pushed on: rows are taken as they are found, with the place behind them.
    on_record: (fields: string[], info) => {
      rows.add(fields, info);
      return null;
    },
  }).on('error', () => {});
}

/** Resolves when the parser has worked through the piece. */
function written(parser: Parser, piece: Uint8Array): Promise<void> {
  return new Promise((resolve, reject) => {
    parser.write(piece, (error) => (error ? reject(error) : resolve()));
  });
}

function ended(parser: Parser): Promise<void> {
  return new Promise((resolve, reject) => {
    parser.end((error?: Error | null) => (error ? reject(error) : resolve()));
  });
}
