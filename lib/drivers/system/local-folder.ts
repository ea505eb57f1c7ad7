import type { Dirent } from 'node:fs';
import { readdir, stat } from 'node:fs/promises';
import { join, relative, sep } from 'node:path';
import { MillraceError, messageOf } from '../../errors.ts';
import type { WatchedFile, WatchedFolder } from '../../ports/watched-folder.ts';
import { toObjectVersion } from './local-files.ts';

/** Maximum number of files in a watched folder. */
const filesMaxDefault = 20_000;

/** Names that programs give to files which they have not finished. */
const unfinished = /^\.|(~|\.(tmp|temp|part|partial|filepart|crdownload|swp))$/i;

/** A folder of this machine, or one that it mounts. */
export class LocalFolder implements WatchedFolder {
  readonly description: string;
  readonly #folder: string;
  readonly #filesMax: number;

  constructor(folder: string, filesMax: number = filesMaxDefault) {
    this.description = folder;
    this.#folder = folder;
    this.#filesMax = filesMax;
  }

  async list(): Promise<WatchedFile[]> {
    const entries = await this.#readEntries();
    const found = entries.filter((entry) => entry.isFile() && !this.#isUnfinished(entry));
    if (found.length > this.#filesMax) {
      throw this.#failed(
        `it has more than ${this.#filesMax} files: move those away that have been read`,
      );
    }
    const files = await Promise.all(found.map((entry) => this.#describe(entry)));
    return files.flatMap((file) => file ?? []);
  }

  async #readEntries(): Promise<Dirent[]> {
    try {
      return await readdir(this.#folder, { recursive: true, withFileTypes: true });
    } catch (error) {
      throw this.#failed(messageOf(error), error);
    }
  }

  #isUnfinished({ parentPath, name }: Dirent): boolean {
    const key = relative(this.#folder, join(parentPath, name));
    return key.split(sep).some((part) => unfinished.test(part));
  }

  /** Returns null for a file that was removed meanwhile. */
  async #describe({ parentPath, name }: Dirent): Promise<WatchedFile | null> {
    const path = join(parentPath, name);
    const file = await stat(path).catch(() => null);
    if (file === null) return null;
    const key = relative(this.#folder, path).split(sep).join('/');
    return { key, path, version: toObjectVersion(file).version };
  }

  #failed(why: string, cause?: unknown): MillraceError {
    return new MillraceError(
      'FILE_NOT_READABLE',
      `the inbox ${this.#folder} cannot be read: ${why}`,
      { cause, fields: { path: this.#folder } },
    );
  }
}
