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
  findEncodingProblem,
  recordBytesMax,
} from './file-source.ts';

/** Maximum number of columns; Millrace's own limit. Excel has 16,384. */
export const columnsMax = 20_000;

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
    const rows = new RowCollector({ ...from, columns }, this.#options);
    const parser = createParser(rows, this.#options.delimiter ?? ',');
    const encoding = new EncodingCheck(from.byte);
    for await (const piece of pieces) {
      rows.addDamage(encoding.check(piece));
      await write(parser, piece);
      yield rows.take();
      rows.checkLength(piece.length);
    }
    rows.addDamage(encoding.end());
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
  readonly #options: CsvOptions;
  #records: FileRecord[] = [];
  #bytesSinceRow = 0;
  /** The parts of the file from the current row on that are not UTF-8. */
  #damages: readonly Damage[] = [];

  constructor(from: FilePosition, options: CsvOptions) {
    this.#position = from;
    this.#start = from;
    this.#options = options;
  }

  add(fields: readonly string[], info: Pick<Info, 'bytes' | 'lines'>): void {
    const { columns, index } = this.#position;
    const byte = this.#start.byte + info.bytes;
    const damage = this.#findDamage(fields, byte);
    const line = this.#start.line + info.lines;
    this.#bytesSinceRow = 0;
    if (columns === null) {
      if (damage !== null) throw new FileFault(`the header (line ${line}): ${damage}`);
      checkDelimiter(fields, this.#options.delimiter);
      this.#position = { byte, line, index, columns: checkHeader(fields) };
      return;
    }
    this.#position = { byte, line, index: index + 1, columns };
    const where = `row ${index + 1} (line ${line})`;
    const isRagged = fields.length !== columns.length && this.#options.raggedRows !== 'fit';
    const problem = isRagged ? describeRagged(fields, columns, where) : null;
    const content =
      damage !== null
        ? { problem: `${where}: ${damage}` }
        : problem !== null
          ? { problem }
          : { value: toRow(fields, columns) };
    this.#records.push({ next: this.#position, content });
  }

  addDamage(damage: Damage | null): void {
    if (damage !== null) this.#damages = [...this.#damages, damage];
  }

  /**
   * Returns why the row that ends at `end` is not what was written: it has a replacement character,
   * and is in a part of the file that is not UTF-8. Any other replacement character is the file's.
   */
  #findDamage(fields: readonly string[], end: number): string | null {
    if (this.#damages.length === 0) return null;
    const start = this.#position.byte;
    const found = this.#damages.find(({ from, to }) => from < end && to > start);
    this.#damages = this.#damages.filter(({ to }) => to > end);
    return fields.some((one) => one.includes('\ufffd')) ? (found?.problem ?? null) : null;
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

/**
 * Refuses a header that was probably written with another delimiter: every row would be one
 * text, and its batch would succeed with it.
 */
function checkDelimiter(fields: readonly string[], given: string | undefined): void {
  const [first = ''] = fields;
  const named = /^sep=(.)?$/i.exec(first);
  if (named !== null) {
    const delimiter = named[1] ?? ',';
    throw new FileFault(
      `line 1 is ${JSON.stringify(`sep=${delimiter}`)}, which only spreadsheets understand: ` +
        `remove it, and set the source's delimiter to ${JSON.stringify(delimiter)}`,
    );
  }
  const other = [';', '\t', '|'].find((each) => first.includes(each));
  if (given !== undefined || fields.length > 1 || other === undefined) return;
  throw new FileFault(
    `the header is the one column ${JSON.stringify(first.slice(0, 80))}: if its columns are ` +
      `separated by ${JSON.stringify(other)}, set the source's delimiter to it; if it is one ` +
      'column, set the delimiter to ","',
  );
}

function checkHeader(columns: readonly string[]): readonly string[] {
  if (columns.length > columnsMax) {
    throw new FileFault(
      `the header names ${columns.length} columns; at most ${columnsMax} are supported`,
    );
  }
  const names = new Set<string>();
  const repeated = columns.find((column) => names.size === names.add(column).size);
  if (repeated === undefined) return columns;
  throw new FileFault(
    `the header names the column ${JSON.stringify(repeated)} twice; column names must differ`,
    'sameColumnTwice',
  );
}

/** A part of a file that is not UTF-8, in bytes. */
interface Damage {
  readonly from: number;
  readonly to: number;
  readonly problem: string;
}

/** Checks the pieces of a file, which may end inside a character. */
class EncodingCheck {
  #byte: number;
  #carry: Uint8Array = new Uint8Array(0);

  /** @param byte where the first piece begins */
  constructor(byte: number) {
    this.#byte = byte;
  }

  check(piece: Uint8Array): Damage | null {
    const bytes = this.#carry.length === 0 ? piece : Buffer.concat([this.#carry, piece]);
    const whole = bytes.length - measureBegun(bytes);
    this.#carry = bytes.subarray(whole);
    return this.#take(bytes.subarray(0, whole));
  }

  /** As {@link check}, for the end of the file. */
  end(): Damage | null {
    return this.#take(this.#carry);
  }

  #take(bytes: Uint8Array): Damage | null {
    const from = this.#byte;
    const to = from + bytes.length;
    this.#byte = to;
    const problem = findEncodingProblem(bytes);
    return problem === null ? null : { from, to, problem };
  }
}

/** Returns the length of a character of UTF-8 that begins at the end of `bytes`, and goes on. */
function measureBegun(bytes: Uint8Array): number {
  for (let length = 1; length <= Math.min(3, bytes.length); length += 1) {
    const byte = bytes[bytes.length - length] ?? 0;
    if (byte < 0x80) return 0;
    if (byte >= 0xc0) return length < (byte >= 0xf0 ? 4 : byte >= 0xe0 ? 3 : 2) ? length : 0;
  }
  return 0;
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
