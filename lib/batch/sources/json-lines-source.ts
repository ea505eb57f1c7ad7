import { parseJson } from '../../asl/json/parse-json.ts';
import { messageOf } from '../../errors.ts';
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

/**
 * Reads the lines of a JSON Lines file, each as one item; blank lines are skipped. A line that is
 * not JSON is a problem of that line.
 */
export function createJsonLinesSource(files: ObjectReader, path: string): BatchSource {
  return new FileSource(files, path, jsonLinesFormat);
}

const newline = 0x0a;

const jsonLinesFormat: FileFormat = {
  async *records(pieces, from) {
    let position = from;
    let begun: Uint8Array[] = [];
    let begunBytes = 0;
    for await (const piece of pieces) {
      begun.push(piece);
      begunBytes += piece.length;
      // Joined at the end of a line only: joining every piece would copy a long line repeatedly.
      if (piece.includes(newline)) {
        const bytes = Buffer.concat(begun);
        const lines = splitLines(bytes, position);
        position = lines.position;
        begun = [bytes.subarray(lines.bytes)];
        begunBytes -= lines.bytes;
        yield lines.records;
      }
      if (begunBytes > recordBytesMax) {
        throw new FileFault(`line ${position.line + 1} is longer than 16 MiB; is it JSON Lines?`);
      }
    }
    const last = Buffer.concat([...begun, Buffer.of(newline)]);
    if (begunBytes > 0) yield splitLines(last, position).records;
  },
};

/** Returns the records of all complete lines in `bytes`, which begin at `from`. */
function splitLines(bytes: Buffer, from: FilePosition) {
  const records: FileRecord[] = [];
  let position = from;
  let start = 0;
  for (;;) {
    const end = bytes.indexOf(newline, start);
    if (end === -1) return { records, position, bytes: start };
    const encodingProblem = findEncodingProblem(bytes.subarray(start, end));
    const text = bytes.toString('utf8', start, end).trim();
    const line = position.line + 1;
    const byte = from.byte + end + 1;
    position = { ...position, byte, line, index: position.index + (text === '' ? 0 : 1) };
    if (text !== '') {
      const content =
        encodingProblem === null
          ? parseLine(text, line)
          : { problem: `line ${line}: ${encodingProblem}` };
      records.push({ next: position, content });
    }
    start = end + 1;
  }
}

function parseLine(text: string, line: number): FileRecord['content'] {
  try {
    return { value: parseJson(text) };
  } catch (error) {
    return { problem: `line ${line}: expected one JSON document: ${messageOf(error)}` };
  }
}
