import { type FSWatcher, readdirSync, watch } from 'node:fs';
import { extname, join } from 'node:path';
import { messageOf } from '../../errors.ts';
import type { Clock } from '../../ports/clock.ts';
import type { Logger } from '../../ports/logger.ts';

/** What is watched, and who is called. */
export interface FileWatch {
  readonly folder: string;
  /** Returns whether a change of this file matters. */
  readonly matters: (path: string) => boolean;
  /** Called with the files that have changed, once they have been left alone for a moment. */
  readonly onChange: (paths: readonly string[]) => void;
  readonly clock: Clock;
  readonly logger: Logger;
}

/** The endings of files with code. */
const codeEndings: ReadonlySet<string> = new Set(['.ts', '.mts', '.cts', '.js', '.mjs', '.cjs']);

/** Whether a file has code, by its ending. */
export function isCode(path: string): boolean {
  return codeEndings.has(extname(path)) && !/\.d\.[mc]?ts$/.test(path);
}

/** Folders that have no code of the app: what is installed, built or generated. */
const foreignFolders: ReadonlySet<string> = new Set([
  'node_modules',
  'dist',
  'cdk.out',
  'coverage',
]);

/** Maximum number of folders that are watched: each needs a handle of the system. */
const foldersMax = 500;

/** An editor writes a file in several steps, and "save all" several files. */
const quietMs = 100;

/**
 * Watches the files of a folder and of the folders below it, except for hidden ones and those of
 * packages. Returns a function that ends it.
 */
export function watchFiles(watched: FileWatch): () => void {
  const watchers = new Map<string, FSWatcher>();
  const changed = new Set<string>();
  let cancel: () => void = () => {};
  const flush = () => {
    const paths = [...changed];
    changed.clear();
    watchFolders();
    watched.onChange(paths);
  };
  const onEvent = (folder: string, name: string | null) => {
    if (name === null) return;
    const path = join(folder, name);
    // A folder has no ending that matters, and may be new.
    if (extname(name) === '') watchFolders();
    if (!watched.matters(path)) return;
    changed.add(path);
    cancel();
    cancel = watched.clock.after(quietMs, flush);
  };
  const watchFolders = () => {
    const folders = new Set(findFolders(watched.folder));
    for (const folder of watchers.keys()) if (!folders.has(folder)) release(folder);
    for (const folder of folders) if (!watchers.has(folder)) watchFolder(folder);
  };
  const watchFolder = (folder: string) => {
    try {
      const watcher = watch(folder, (_, name) => onEvent(folder, name));
      watchers.set(folder, watcher);
      watcher.on('error', (error) => giveUp(folder, error));
    } catch (error) {
      giveUp(folder, error);
    }
  };
  const giveUp = (folder: string, error: unknown) => {
    const fields = { folder, error: messageOf(error) };
    watched.logger.warn('folder not watched: its changes need a restart', fields);
    release(folder);
  };
  const release = (folder: string) => {
    watchers.get(folder)?.close();
    watchers.delete(folder);
  };
  watchFolders();
  return () => {
    cancel();
    for (const watcher of watchers.values()) watcher.close();
    watchers.clear();
  };
}

/** Lists a folder and those below it, the nearest first. */
function findFolders(root: string): string[] {
  const found = [root];
  for (const folder of found) {
    for (const entry of readEntries(folder)) {
      if (found.length >= foldersMax) return found;
      const isForeign = entry.name.startsWith('.') || foreignFolders.has(entry.name);
      if (entry.isDirectory() && !isForeign) found.push(join(folder, entry.name));
    }
  }
  return found;
}

function readEntries(folder: string) {
  try {
    return readdirSync(folder, { withFileTypes: true });
  } catch {
    // It was removed since it was listed, or may not be read: then nothing in it is loaded either.
    return [];
  }
}
