/** Where the page of the dashboard is: its sources in a clone, its files in every installation. */
import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The folders of a page. */
export interface PageFolder {
  /** The folder of package.json. */
  readonly root: string;
  /** The sources; they are missing in the published package. */
  readonly sources: string;
  /** The built files. */
  readonly built: string;
}

/** Returns the folders of the page below `root`. @param root @default that of Millrace */
export function pageFolder(root: string = findRoot()): PageFolder {
  const sources = join(root, 'dashboard');
  return { root, sources, built: join(sources, 'dist') };
}

/** Goes up to package.json: compiled files are one folder deeper than their sources. */
function findRoot(): string {
  let folder = dirname(fileURLToPath(import.meta.url));
  while (!existsSync(join(folder, 'package.json')) && folder !== dirname(folder)) {
    folder = dirname(folder);
  }
  return folder;
}
