import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { resolve } from 'node:path';
import { MillraceError, messageOf } from '../../errors.ts';
import type { ObjectReader, ObjectVersion } from '../../ports/object-store.ts';

/** Remedies for failures that a user can fix, by the system's error code. */
const remedies: Readonly<Record<string, string>> = {
  ENOENT: 'there is no such file; check the path, which starts at the folder of the configuration',
  EACCES: 'this user may not read it; change its permissions',
  EISDIR: 'it is a folder; name a file',
  ENAMETOOLONG: 'a part of its path is longer than the file system allows',
};

/** Bytes read at a time: large enough for few calls, small compared to a chunk of items. */
const chunkBytes = 256 * 1_024;

/**
 * Reads files of this machine. A file has a new version when its size or modification time changes.
 * Relative paths start at the current folder.
 */
export class LocalFiles implements ObjectReader {
  async stat(path: string): Promise<ObjectVersion> {
    const file = await stat(path).catch((error: unknown) => {
      throw fileNotReadable(path, error);
    });
    if (file.isDirectory())
      throw fileNotReadable(path, Object.assign(new Error(), { code: 'EISDIR' }));
    return toObjectVersion(file);
  }

  async *open(path: string, fromByte: number): AsyncGenerator<Uint8Array> {
    const stream = createReadStream(path, { start: fromByte, highWaterMark: chunkBytes });
    try {
      for await (const chunk of stream) yield chunk;
    } catch (error) {
      throw fileNotReadable(path, error);
    } finally {
      stream.destroy();
    }
  }
}

/** Returns the version of a file with this size and modification time. */
export function toObjectVersion(file: {
  readonly size: number;
  readonly mtimeMs: number;
}): ObjectVersion {
  return { bytes: file.size, version: `${file.size}-${file.mtimeMs}` };
}

/** Creates the error for a file that cannot be read: why, and what to do. */
export function fileNotReadable(path: string, error: unknown): MillraceError {
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  const why = remedies[code] ?? messageOf(error);
  return new MillraceError('FILE_NOT_READABLE', `cannot read ${resolve(path)}: ${why}`, {
    cause: error,
    fields: { path, reason: code },
  });
}
