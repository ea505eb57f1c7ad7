import { randomUUID } from 'node:crypto';
import { mkdir, open, rename, rm } from 'node:fs/promises';
import { dirname } from 'node:path';
import { MillraceError, messageOf } from '../../errors.ts';
import { type ObjectWriter, type Upload, uploadGone } from '../../ports/object-store.ts';

/** Suffix of files that are being written; lists of objects leave them out. */
export const partialSuffix = '.millrace-partial';

/**
 * Writes files of this machine in parts: into a file beside the one that is to be written, which
 * takes its place when it is complete. A file that is left by a process that died is continued by
 * the next one on this machine.
 */
export class LocalUploads implements ObjectWriter {
  async startUpload(path: string): Promise<Upload> {
    const id = randomUUID();
    try {
      await mkdir(dirname(path), { recursive: true });
      const file = await open(toPartialPath(path, id), 'wx');
      await file.close();
    } catch (error) {
      throw fileNotWritable(path, error);
    }
    return { id, parts: [], bytes: 0 };
  }

  async addPart(path: string, upload: Upload, content: Uint8Array): Promise<Upload> {
    const { id, parts, bytes } = upload;
    try {
      const file = await open(toPartialPath(path, id), 'r+');
      try {
        // A part that was written before its process died is replaced, whatever there is of it.
        await file.truncate(bytes);
        await writeAll(file, content, bytes);
      } finally {
        await file.close();
      }
    } catch (error) {
      throw fileNotWritable(path, error);
    }
    return { id, parts, bytes: bytes + content.length };
  }

  async finishUpload(path: string, { id, bytes }: Upload): Promise<void> {
    const partial = toPartialPath(path, id);
    try {
      const file = await open(partial, 'r+');
      try {
        await file.truncate(bytes);
        await file.sync();
      } finally {
        await file.close();
      }
      await rename(partial, path);
    } catch (error) {
      throw fileNotWritable(path, error);
    }
  }

  async cancelUpload(path: string, { id }: Upload): Promise<void> {
    try {
      await rm(toPartialPath(path, id), { force: true });
    } catch (error) {
      throw fileNotWritable(path, error);
    }
  }
}

async function writeAll(
  file: Awaited<ReturnType<typeof open>>,
  content: Uint8Array,
  from: number,
): Promise<void> {
  for (let written = 0; written < content.length; ) {
    const left = content.length - written;
    written += (await file.write(content, written, left, from + written)).bytesWritten;
  }
}

function toPartialPath(path: string, id: string): string {
  return `${path}.${id}${partialSuffix}`;
}

/** Creates the error for a file that cannot be written: why, and what to do. */
export function fileNotWritable(path: string, error: unknown): MillraceError {
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  return new MillraceError('FILE_NOT_WRITABLE', `cannot write ${path}: ${messageOf(error)}`, {
    cause: error,
    // The partial file was opened by the call before.
    fields: { path, reason: code === 'ENOENT' ? uploadGone : code },
  });
}
