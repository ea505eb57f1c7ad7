import { parseJson } from '../../asl/json/parse-json.ts';
import { messageOf } from '../../errors.ts';
import type { ObjectReader } from '../../ports/object-store.ts';
import type { BatchSource } from '../batch-source.ts';
import {
  type FaultKind,
  FileFault,
  type FileFormat,
  type FilePosition,
  type FileRecord,
  FileSource,
  findEncodingProblem,
  recordBytesMax,
} from './file-source.ts';

/**
 * Reads the elements of a file that is one JSON array. The elements are separated by a scan of the
 * bytes, so that the whole array is never in memory. An element that is not JSON is a problem of
 * that element; a file that ends inside the array, or continues after it, ends the reading with an
 * error.
 */
export function createJsonArraySource(files: ObjectReader, path: string): BatchSource {
  return new FileSource(files, path, jsonArrayFormat);
}

const jsonArrayFormat: FileFormat = {
  async *records(pieces, from) {
    const scanner = new ElementScanner(from);
    for await (const piece of pieces) yield scanner.scan(piece);
    scanner.end();
  },
};

const tab = 0x09;
const newline = 0x0a;
const carriageReturn = 0x0d;
const space = 0x20;
const quote = 0x22;
const comma = 0x2c;
const openBracket = 0x5b;
const backslash = 0x5c;
const closeBracket = 0x5d;
const openBrace = 0x7b;
const closeBrace = 0x7d;

/**
 * Scans the bytes of an array. Modes: *start* (before the array) → *value* (an element must
 * follow) → *element* (inside one, at some depth, possibly in a string) → *separator* (a comma or
 * the end of the array must follow) → *value*, or *end* (only white space may follow). A scan that
 * continues from a cursor starts in *separator*.
 */
class ElementScanner {
  #mode: 'start' | 'value' | 'element' | 'separator' | 'end';
  #position: FilePosition;
  /** Position of the current byte, and the number of lines before it. */
  #byte: number;
  #line: number;
  #depth = 0;
  #inString = false;
  #escaped = false;
  /** The beginning of an element that started in an earlier piece of the file. */
  #begun: Uint8Array[] = [];
  #begunBytes = 0;

  constructor(from: FilePosition) {
    this.#mode = from.index === 0 ? 'start' : 'separator';
    this.#position = from;
    this.#byte = from.byte;
    this.#line = from.line;
  }

  scan(piece: Uint8Array): FileRecord[] {
    const records: FileRecord[] = [];
    let start = 0;
    for (let offset = 0; offset < piece.length; offset += 1) {
      const byte = piece[offset] ?? 0;
      if (this.#mode === 'element') {
        if (this.#endsElement(byte))
          records.push(this.#finish(piece.subarray(start, offset), byte));
      } else if (this.#beginsElement(byte)) {
        start = offset;
        this.#endsElement(byte);
      }
      if (byte === newline) this.#line += 1;
      this.#byte += 1;
    }
    if (this.#mode === 'element') this.#keep(piece.subarray(start));
    return records;
  }

  end(): void {
    if (this.#mode !== 'end') {
      const what = this.#mode === 'start' ? 'before' : 'inside';
      throw this.#fault(`the file ends ${what} its array; is it complete?`);
    }
  }

  /** Takes a byte inside an element. Returns whether the element ended before it. */
  #endsElement(byte: number): boolean {
    if (this.#inString) {
      if (this.#escaped) this.#escaped = false;
      else if (byte === backslash) this.#escaped = true;
      else if (byte === quote) this.#inString = false;
      return false;
    }
    if (this.#depth <= 0 && (byte === comma || byte === closeBracket)) return true;
    if (byte === quote) this.#inString = true;
    else if (byte === openBracket || byte === openBrace) this.#depth += 1;
    else if (byte === closeBracket || byte === closeBrace) this.#depth -= 1;
    return false;
  }

  /** Takes a byte outside elements. Returns whether an element begins with it. */
  #beginsElement(byte: number): boolean {
    if (byte === space || byte === tab || byte === newline || byte === carriageReturn) return false;
    switch (this.#mode) {
      case 'start':
        if (byte !== openBracket) {
          throw this.#fault('expected a JSON array, which starts with [', 'notAnArray');
        }
        this.#mode = 'value';
        return false;
      case 'separator':
        this.#leave(byte);
        return false;
      case 'value':
        if (byte === closeBracket && this.#position.index === 0) {
          this.#mode = 'end';
          return false;
        }
        if (byte === comma || byte === closeBracket) {
          throw this.#fault('expected an element after the comma');
        }
        this.#mode = 'element';
        return true;
      default:
        throw this.#fault('expected nothing after the array');
    }
  }

  #leave(byte: number): void {
    if (byte !== comma && byte !== closeBracket) throw this.#fault('expected a comma or the end');
    this.#mode = byte === comma ? 'value' : 'end';
  }

  #keep(part: Uint8Array): void {
    this.#begun.push(part);
    this.#begunBytes += part.length;
    if (this.#begunBytes > recordBytesMax) throw this.#fault('an element is longer than 16 MiB');
  }

  /** @param byte the comma or bracket after the element */
  #finish(last: Uint8Array, byte: number): FileRecord {
    const bytes = Buffer.concat([...this.#begun, last]);
    const { index } = this.#position;
    this.#begun = [];
    this.#begunBytes = 0;
    this.#depth = 0;
    this.#leave(byte);
    this.#position = { byte: this.#byte, line: this.#line, index: index + 1, columns: null };
    return { next: this.#position, content: parseElement(bytes, index, this.#line + 1) };
  }

  #fault(what: string, kind?: FaultKind): FileFault {
    const { index } = this.#position;
    return new FileFault(`line ${this.#line + 1} (after ${index} elements): ${what}`, kind);
  }
}

function parseElement(bytes: Buffer, index: number, line: number): FileRecord['content'] {
  const where = `element ${index} (which ends on line ${line})`;
  const encodingProblem = findEncodingProblem(bytes);
  if (encodingProblem !== null) return { problem: `${where}: ${encodingProblem}` };
  try {
    return { value: parseJson(bytes.toString('utf8')) };
  } catch (error) {
    return { problem: `${where}: ${messageOf(error)}` };
  }
}
