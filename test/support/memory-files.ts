import { MillraceError } from '../../lib/errors.ts';
import type { ListedObject, ObjectStore, ObjectVersion } from '../../lib/ports/object-store.ts';

interface MemoryFile {
  readonly modifiedAt: number;
  readonly content: Uint8Array;
  readonly version: string;
}

/** An object store in memory that returns files in pieces of a given size, and counts its reads. */
export class MemoryFiles implements ObjectStore {
  readonly #files = new Map<string, MemoryFile>();
  readonly #pieceBytes: number;
  #versions = 0;
  /** The byte offset of each time that a file was opened. */
  readonly opened: number[] = [];
  /** Number of bytes read so far. */
  bytesRead = 0;
  /** Number of reads that have not ended. */
  openNow = 0;

  /** @param pieceBytes size of the pieces, in bytes */
  constructor(pieceBytes = 64 * 1_024) {
    this.#pieceBytes = pieceBytes;
  }

  /** Writes a whole file, as a new version. */
  write(path: string, content: string | Uint8Array): void {
    this.#versions += 1;
    const bytes = typeof content === 'string' ? new TextEncoder().encode(content) : content;
    const modifiedAt = this.#versions * 1_000;
    this.#files.set(path, { content: bytes, version: `v${this.#versions}`, modifiedAt });
  }

  /** Returns the content of a file; throws when there is none. */
  readText(path: string): string {
    return new TextDecoder().decode(this.#find(path).content);
  }

  async *list(prefix: string, after = ''): AsyncGenerator<ListedObject> {
    const bucket = prefix.slice(0, prefix.indexOf('/') + 1);
    const paths = [...this.#files.keys()].sort(compareBytes);
    if (!paths.some((path) => path.startsWith(bucket))) this.#find(bucket);
    for (const path of paths) {
      if (!path.startsWith(prefix) || compareBytes(path, after) <= 0) continue;
      const { content, version, modifiedAt } = this.#find(path);
      yield { path, bytes: content.length, version, modifiedAt };
    }
  }

  async put(path: string, content: string): Promise<void> {
    this.write(path, content);
  }

  async stat(path: string): Promise<ObjectVersion> {
    const { content, version } = this.#find(path);
    return { bytes: content.length, version };
  }

  async *open(path: string, fromByte: number): AsyncGenerator<Uint8Array> {
    const { content } = this.#find(path);
    this.opened.push(fromByte);
    this.openNow += 1;
    try {
      for (let start = fromByte; start < content.length; start += this.#pieceBytes) {
        const piece = content.subarray(start, start + this.#pieceBytes);
        this.bytesRead += piece.length;
        yield piece;
      }
    } finally {
      this.openNow -= 1;
    }
  }

  #find(path: string): MemoryFile {
    const file = this.#files.get(path);
    if (file === undefined)
      throw new MillraceError('FILE_NOT_READABLE', `cannot read ${path}: there is no such file`);
    return file;
  }
}

/** Fails all reads and writes, as without a network, until the returned function is called. */
export function cutOff(files: MemoryFiles): () => void {
  const { stat, put } = files;
  const fail = (code: 'FILE_NOT_READABLE' | 'FILE_NOT_WRITABLE') => (path: string) => {
    const what = code === 'FILE_NOT_READABLE' ? 'read' : 'write';
    const error = new MillraceError(code, `cannot ${what} ${path}: no way there`, {
      retryable: true,
    });
    return Promise.reject(error);
  };
  files.stat = fail('FILE_NOT_READABLE');
  files.put = fail('FILE_NOT_WRITABLE');
  return () => Object.assign(files, { stat, put });
}

function compareBytes(one: string, other: string): number {
  return Buffer.compare(Buffer.from(one), Buffer.from(other));
}
