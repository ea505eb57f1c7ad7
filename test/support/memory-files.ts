import { MillraceError } from '../../lib/errors.ts';
import {
  type ListedObject,
  type ObjectStore,
  type ObjectVersion,
  type Upload,
  uploadGone,
} from '../../lib/ports/object-store.ts';

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
  /** The parts of uploads that are not finished, by the id of each. */
  readonly uploads = new Map<string, Uint8Array[]>();
  /** Buckets that exist without a file. */
  readonly #uploadedTo = new Set<string>();
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
    const isKnown = this.#uploadedTo.has(bucket) || paths.some((path) => path.startsWith(bucket));
    if (!isKnown) this.#find(bucket);
    for (const path of paths) {
      if (!path.startsWith(prefix) || compareBytes(path, after) <= 0) continue;
      const { content, version, modifiedAt } = this.#find(path);
      yield { path, bytes: content.length, version, modifiedAt };
    }
  }

  async put(path: string, content: string): Promise<void> {
    this.write(path, content);
  }

  async startUpload(path: string): Promise<Upload> {
    this.#uploadedTo.add(path.slice(0, path.indexOf('/') + 1));
    const id = `upload-${this.uploads.size}`;
    this.uploads.set(id, []);
    return { id, parts: [], bytes: 0 };
  }

  async addPart(path: string, upload: Upload, content: Uint8Array): Promise<Upload> {
    const { id, parts, bytes } = upload;
    const written = this.#findUpload(path, upload);
    written.splice(parts.length, Number.POSITIVE_INFINITY, content);
    return { id, parts: [...parts, String(parts.length)], bytes: bytes + content.length };
  }

  async finishUpload(path: string, upload: Upload): Promise<void> {
    this.write(path, Buffer.concat(this.#findUpload(path, upload)));
    this.uploads.delete(upload.id);
  }

  async cancelUpload(_path: string, { id }: Upload): Promise<void> {
    this.uploads.delete(id);
  }

  #findUpload(path: string, { id }: Upload): Uint8Array[] {
    const parts = this.uploads.get(id);
    if (parts !== undefined) return parts;
    throw new MillraceError('FILE_NOT_WRITABLE', `cannot write ${path}: there is no such upload`, {
      fields: { reason: uploadGone },
    });
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
