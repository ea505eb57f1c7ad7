import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { join, relative, sep } from 'node:path';
import type { PageFolder } from './page-folder.ts';

/** Folders of the program that the page imports code from, and not only types. */
export const sharedFolders: readonly string[] = ['lib/graph'];

/**
 * Returns a digest of everything that a build of the page reads, by content: a checkout gives files
 * other times. Null when there are no sources.
 */
export async function sourceDigest({ root, sources, built }: PageFolder): Promise<string | null> {
  const own = await listFiles(sources);
  const files = own.filter((file) => !file.startsWith(built));
  if (!files.some((file) => file === join(sources, 'index.html'))) return null;
  for (const folder of sharedFolders) files.push(...(await listFiles(join(root, folder))));
  const hash = createHash('sha256');
  for (const file of [...files, join(root, 'package-lock.json')]) {
    const content = await readOptional(file);
    hash.update(`${relative(root, file).split(sep).join('/')}\0${content.length}\0`);
    hash.update(content);
  }
  return hash.digest('base64url');
}

async function listFiles(folder: string): Promise<string[]> {
  try {
    const entries = await readdir(folder, { recursive: true, withFileTypes: true });
    return entries
      .filter((entry) => entry.isFile())
      .map((entry) => join(entry.parentPath, entry.name))
      .filter((file) => !file.includes(`${sep}node_modules${sep}`))
      .sort();
  } catch (error) {
    if ((error as { code?: unknown }).code === 'ENOENT') return [];
    throw error;
  }
}

async function readOptional(file: string): Promise<Buffer> {
  try {
    return await readFile(file);
  } catch (error) {
    if ((error as { code?: unknown }).code === 'ENOENT') return Buffer.alloc(0);
    throw error;
  }
}
