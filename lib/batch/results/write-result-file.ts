/** Writes the results of a batch to a file, in parts of bounded size. */
import type { ObjectWriter, Upload } from '../../ports/object-store.ts';
import type { BatchItemResult, BatchQueries } from '../../ports/store/batch-queries.ts';
import { type FormatState, formatEnd, formatRows, newFormat } from './format-results.ts';
import { readResultPages } from './read-result-pages.ts';
import { type ResultFormat, resultTypes } from './result-format.ts';

/** What is written where. */
export interface ResultFileRequest {
  readonly batchId: string;
  /** A local path, or `s3://BUCKET/KEY`. */
  readonly output: string;
  readonly format: ResultFormat;
  /** Which rows are written. @default all */
  readonly isWanted?: (row: BatchItemResult) => boolean;
}

/** How far a file is written; plain JSON. */
export interface WriteProgress {
  readonly upload: Upload;
  /** Where the next row is read; null at the beginning. */
  readonly cursor: string | null;
  readonly format: FormatState;
}

/** What {@link writeResultFile} works with. */
export interface WriteResultDeps {
  readonly store: Pick<BatchQueries, 'listResults'>;
  readonly outputs: ObjectWriter;
  /** Called when it begins and after each part; false ends the writing. @default goes on */
  readonly onProgress?: (progress: WriteProgress) => Promise<boolean>;
}

/** A file that was written. */
export interface WrittenFile {
  readonly items: number;
  readonly bytes: number;
}

/** Size of a part, in bytes; S3 takes at least 5 MiB. */
const partBytes = 8 * 1_024 * 1_024;

/** After so many parts they are twice as large, as S3 takes 10,000: this makes 496 GiB. */
const partsOfASize = 2_000;

/**
 * Writes all rows, from where an earlier call came to. Memory holds one page of rows and one part.
 * Returns null when it was ended before the last row; the file then appears later or not at all.
 * Throws FILE_NOT_WRITABLE, and what reading throws.
 */
export async function writeResultFile(
  { store, outputs, onProgress = async () => true }: WriteResultDeps,
  { batchId, output, format, isWanted = () => true }: ResultFileRequest,
  from: WriteProgress | null = null,
): Promise<WrittenFile | null> {
  const start = from ?? (await begin(outputs, output, format));
  if (from === null && !(await onProgress(start))) return null;
  let { upload, format: state } = start;
  const part = new PartBuffer();
  for await (const { rows, next } of readResultPages(store, batchId, start)) {
    const piece = formatRows(format, rows.filter(isWanted), state);
    state = piece.state;
    part.add(piece.text);
    if (part.bytes < sizeOfPart(upload) || next === null) continue;
    upload = await outputs.addPart(output, upload, part.take());
    if (!(await onProgress({ upload, cursor: next, format: state }))) return null;
  }
  part.add(formatEnd(format, state));
  const ended = await outputs.addPart(output, upload, part.take());
  await outputs.finishUpload(output, ended);
  return { items: state.items, bytes: ended.bytes };
}

async function begin(
  outputs: ObjectWriter,
  output: string,
  format: ResultFormat,
): Promise<WriteProgress> {
  const upload = await outputs.startUpload(output, resultTypes[format]);
  return { upload, cursor: null, format: newFormat };
}

function sizeOfPart({ parts }: Upload): number {
  return partBytes * 2 ** Math.floor(parts.length / partsOfASize);
}

/** The text that is not written yet. */
class PartBuffer {
  #pieces: Buffer[] = [];
  bytes = 0;

  add(text: string): void {
    const piece = Buffer.from(text);
    this.#pieces.push(piece);
    this.bytes += piece.length;
  }

  take(): Buffer {
    const content = Buffer.concat(this.#pieces, this.bytes);
    this.#pieces = [];
    this.bytes = 0;
    return content;
  }
}
