import { randomUUID } from 'node:crypto';
import type { Dirent, Stats } from 'node:fs';
import { mkdir, readdir, realpath, rename, rm, stat, writeFile } from 'node:fs/promises';
import { dirname, join, resolve, sep } from 'node:path';
import { MillraceError } from '../../errors.ts';
import type { ListedObject, ObjectStore, ObjectVersion, Upload } from '../../ports/object-store.ts';
import { fileNotReadable, LocalFiles, toObjectVersion } from './local-files.ts';
import { fileNotWritable, LocalUploads, partialSuffix } from './local-uploads.ts';

/**
 * A folder of this machine as an object store: its subfolders are the buckets. No path leads out of
 * the folder, not even over a symbolic link, and an object is replaced atomically.
 */
export class FolderObjectStore implements ObjectStore {
  readonly #folder: string;
  readonly #files = new LocalFiles();
  readonly #uploads = new LocalUploads();

  /** @param folder the parent of the buckets; it need not exist before the first `put` */
  constructor(folder: string) {
    this.#folder = resolve(folder);
  }

  async stat(path: string): Promise<ObjectVersion> {
    return this.#files.stat(await this.#toReadableFile(path));
  }

  async *open(path: string, fromByte: number): AsyncGenerator<Uint8Array> {
    yield* this.#files.open(await this.#toReadableFile(path), fromByte);
  }

  async *list(prefix: string, after = ''): AsyncGenerator<ListedObject> {
    const bucket = prefix.slice(0, prefix.indexOf('/'));
    await this.#toReadableFile(`${bucket}/*`);
    yield* this.#listBelow(`${bucket}/`, prefix, after);
  }

  async put(path: string, content: string): Promise<void> {
    const file = await this.#toWritableFile(path);
    const temporary = join(dirname(file), `${randomUUID()}${partialSuffix}`);
    try {
      await mkdir(dirname(file), { recursive: true });
      await writeFile(temporary, content, { flush: true });
      await rename(temporary, file);
    } catch (error) {
      await rm(temporary, { force: true });
      throw fileNotWritable(file, error);
    }
  }

  async startUpload(path: string): Promise<Upload> {
    return this.#uploads.startUpload(await this.#toWritableFile(path));
  }

  async addPart(path: string, upload: Upload, content: Uint8Array): Promise<Upload> {
    return this.#uploads.addPart(await this.#toWritableFile(path), upload, content);
  }

  async finishUpload(path: string, upload: Upload): Promise<void> {
    await this.#uploads.finishUpload(await this.#toWritableFile(path), upload);
  }

  async cancelUpload(path: string, upload: Upload): Promise<void> {
    await this.#uploads.cancelUpload(await this.#toWritableFile(path), upload);
  }

  /** Lists the objects below `folder`, a path that ends in a slash, in order. */
  async *#listBelow(folder: string, prefix: string, after: string): AsyncGenerator<ListedObject> {
    for (const path of await this.#listEntries(folder)) {
      const isFolder = path.endsWith('/');
      if (!path.startsWith(prefix) && !(isFolder && prefix.startsWith(path))) continue;
      if (isFolder) {
        // A folder that sorts before `after` may contain objects that sort after it.
        if (after.startsWith(path) || compareBytes(path, after) > 0) {
          yield* this.#listBelow(path, prefix, after);
        }
      } else if (compareBytes(path, after) > 0) {
        const file = await stat(join(this.#folder, path)).catch(nullIfGone);
        if (file !== null) yield { path, ...toObjectVersion(file), modifiedAt: file.mtimeMs };
      }
    }
  }

  /** Lists the paths of files, and of folders with a trailing slash, in `folder`; in order. */
  async #listEntries(folder: string): Promise<string[]> {
    const path = join(this.#folder, folder);
    const entries = await readdir(path, { withFileTypes: true }).catch((error: unknown) => {
      throw fileNotReadable(path, error);
    });
    const paths = await Promise.all(entries.map((entry) => this.#toPath(folder, entry)));
    return paths.filter((each) => each !== null).sort(compareBytes);
  }

  async #toPath(folder: string, entry: Dirent): Promise<string | null> {
    const path = `${folder}${entry.name}`;
    const target = entry.isSymbolicLink() ? await this.#followLink(path) : entry;
    if (target?.isDirectory()) return `${path}/`;
    return target?.isFile() && !path.endsWith(partialSuffix) ? path : null;
  }

  /** Returns what a link leads to; null for nothing, and for something outside of the folder. */
  async #followLink(path: string): Promise<Stats | null> {
    if (!(await this.#isInside(path))) return null;
    return await stat(join(this.#folder, path)).catch(nullIfGone);
  }

  async #toReadableFile(path: string): Promise<string> {
    const fault = findPathProblem(path);
    if (fault !== null) {
      throw new MillraceError('FILE_NOT_READABLE', `cannot read the object ${path}: ${fault}`);
    }
    const file = join(this.#folder, path);
    await this.#requireInside(path).catch((error: unknown) => {
      throw fileNotReadable(file, error);
    });
    return file;
  }

  async #toWritableFile(path: string): Promise<string> {
    const fault = findPathProblem(path);
    if (fault !== null) throw fileNotWritable(path, new Error(fault));
    const file = join(this.#folder, path);
    await this.#requireInside(path).catch((error: unknown) => {
      throw fileNotWritable(file, error);
    });
    return file;
  }

  async #requireInside(path: string): Promise<void> {
    if (!(await this.#isInside(path))) throw new Error('a symbolic link leads out of the folder');
  }

  /** Whether a path, or as much of it as exists, is in the folder once its links are followed. */
  async #isInside(path: string): Promise<boolean> {
    const folder = await realpath(this.#folder).catch(nullIfGone);
    // Where there is no folder, there is no link.
    if (folder === null) return true;
    for (let place = join(this.#folder, path); place !== this.#folder; place = dirname(place)) {
      const target = await realpath(place).catch(nullIfGone);
      if (target !== null) return target.startsWith(`${folder}${sep}`);
    }
    return true;
  }
}

/** Returns why `path` cannot be an object's; null when it can. */
function findPathProblem(path: string): string | null {
  const [bucket = '', ...key] = path.split('/');
  if (!/^[A-Za-z0-9][\w.-]*$/.test(bucket)) {
    return `the bucket must be a folder's name that begins with a letter or digit; found '${bucket}'`;
  }
  const broken = key.find((part) => part === '' || part === '.' || part === '..');
  if (key.length === 0 || broken !== undefined || path.includes('\0') || hasSystemSeparator(path)) {
    return 'the key must name a file below its bucket, without empty parts, . and ..';
  }
  return null;
}

/** True when `path` contains the system's own separator. */
function hasSystemSeparator(path: string): boolean {
  return sep !== '/' && path.includes(sep);
}

function compareBytes(one: string, other: string): number {
  return Buffer.compare(Buffer.from(one), Buffer.from(other));
}

/** Returns null for a file that was deleted while its folder was listed. */
function nullIfGone(error: unknown): null {
  if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return null;
  throw error;
}
