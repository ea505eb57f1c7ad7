import { existsSync, readFileSync } from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import { shellWord } from './shell-word.ts';

/** Where a new project gets Millrace from. */
export interface MillraceDependency {
  /** What its package.json says: a version, or a file. */
  readonly spec: string;
  /** The command that makes the file, if it does not exist yet; null otherwise. */
  readonly prepare: string | null;
}

/**
 * Finds where a new project gets the Millrace from that writes it: the package that a clone makes
 * of itself, or the file or version by which another project has installed it.
 * @param folder the folder of a module of Millrace
 */
export function findDependency(folder: string): MillraceDependency {
  const root = findPackage(folder);
  const { version = '0.0.0' } = readManifest(root);
  const modules = dirname(root);
  if (basename(modules) !== 'node_modules') {
    const tarball = join(root, `millrace-${version}.tgz`);
    const prepare = existsSync(tarball) ? null : `(cd ${shellWord(root)} && npm pack)`;
    return { spec: toFile(tarball), prepare };
  }
  const owner = dirname(modules);
  const { dependencies, devDependencies } = readManifest(owner);
  const spec = dependencies?.millrace ?? devDependencies?.millrace ?? `^${version}`;
  // A path is relative to the project that has it.
  const isFile = spec.startsWith('file:');
  return { spec: isFile ? toFile(resolve(owner, spec.slice(5))) : spec, prepare: null };
}

/** The fields that are read of a package.json. */
interface Manifest {
  readonly name?: string;
  readonly version?: string;
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly devDependencies?: Readonly<Record<string, string>>;
}

/** Returns the nearest folder of the package `millrace`; a build is in a folder below it. */
function findPackage(folder: string): string {
  for (let at = folder; ; at = dirname(at)) {
    if (readManifest(at).name === 'millrace' || at === dirname(at)) return at;
  }
}

function readManifest(folder: string): Manifest {
  const path = join(folder, 'package.json');
  return existsSync(path) ? (JSON.parse(readFileSync(path, 'utf8')) as Manifest) : {};
}

function toFile(path: string): string {
  return `file:${path.replaceAll('\\', '/')}`;
}
