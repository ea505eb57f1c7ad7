/**
 * Files of this machine, for reading. A changed size or time of change is another version.
 */
import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { resolve } from 'node:path';
import { MillraceError, messageOf } from '../../errors.ts';
import type { ObjectReader, ObjectVersion } from '../../ports/object-store.ts';

/** What the system calls the reasons that a reader can do something about. */
const remedies: Readonly<Record<string, string>> = {
  ENOENT: 'there is no such file; check the path, which starts at the folder of the configuration',
  EACCES: 'this user may not read it; change its permissions',
  EISDIR: 'it is a folder; name a file',
};

/** Bytes read at a time: large enough for few calls, small beside a chunk of items. */
const pieceBytes = 256 * 1_024;

/** See this file's head. Relative paths start at the current folder. */
export class LocalFiles implements ObjectReader {
  async stat(path: string): Promise<ObjectVersion> {
    const file = await stat(path).catch((error: unknown) => {
      throw notReadable(path, error);
    });
    if (file.isDirectory()) throw notReadable(path, Object.assign(new Error(), { code: 'EISDIR' }));
    return fileVersion(file);
  }

  async *open(path: string, fromByte: number): AsyncGenerator<Uint8Array> {
    const stream = createReadStream(path, { start: fromByte, highWaterMark: pieceBytes });
    try {
      for await (const piece of stream) yield piece;
    } catch (error) {
      throw notReadable(path, error);
    } finally {
      stream.destroy();
    }
  }
}

/** The version of a file with this size and time of change. */
export function fileVersion(file: {
  readonly size: number;
  readonly mtimeMs: number;
}): ObjectVersion {
  return { bytes: file.size, version: `${file.size}-${file.mtimeMs}` };
}

/** Says of a file that could not be read why, and what to do. */
export function notReadable(path: string, error: unknown): MillraceError {
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  const why = remedies[code] ?? messageOf(error);
  return new MillraceError('FILE_NOT_READABLE', `cannot read ${resolve(path)}: ${why}`, {
    cause: error,
    fields: { path, reason: code },
  });
}
