import { readdir, readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { MillraceError } from '../../errors.ts';
import { findBundledPackage } from './bundled-packages.ts';

/** Exports of a package that is chosen at run time. */
export type LoadedModule = Readonly<Record<string, unknown>>;

/**
 * Finds packages of the AWS SDK, and loads them at the first call that needs them: an app that
 * calls no AWS service needs none of them. Those that are part of the program come first; others
 * are searched in the app's folder, then in that of Millrace.
 */
export class SdkLoader {
  readonly #locations: readonly NodeJS.Require[];
  /** Paths of installed packages; a missing one may be installed while the process runs. */
  readonly #found = new Map<string, string>();

  /** @param folder the app's folder */
  constructor(folder: string) {
    this.#locations = [join(folder, 'millrace.config.ts'), import.meta.url].map((location) =>
      createRequire(location),
    );
  }

  /** Returns why `name` cannot be loaded, with the remedy; null if it is installed. */
  findProblem(name: string): string | null {
    const isInstalled = findBundledPackage(name) !== null || this.#find(name) !== null;
    return isInstalled ? null : `the package ${name} is not installed: npm install ${name}`;
  }

  /** Loads a package. Throws INVALID_CONFIGURATION with the command that installs it. */
  async load(name: string): Promise<LoadedModule> {
    const bundled = findBundledPackage(name);
    if (bundled !== null) return await bundled();
    const loaded: LoadedModule = await import(pathToFileURL(this.#require(name)).href);
    return loaded;
  }

  /** Reads the type declarations of a client's structures; empty if the package has none. */
  async readDeclarations(name: string): Promise<string> {
    const folder = join(dirname(this.#require(name)), '..', 'dist-types', 'models');
    const files = await readdir(folder).catch(() => []);
    const models = files.filter((file) => /^models_\d+\.d\.ts$/.test(file)).sort();
    const texts = await Promise.all(models.map((file) => readFile(join(folder, file), 'utf8')));
    return texts.join('\n');
  }

  /** Loads a dependency of the package `of`, as that package resolves it. Throws as `load` does. */
  async loadDependency(of: string, name: string): Promise<LoadedModule> {
    const bundled = findBundledPackage(name);
    if (bundled !== null) return await bundled();
    const loaded: LoadedModule = createRequire(this.#require(of))(name);
    return loaded;
  }

  #require(name: string): string {
    const path = this.#find(name);
    if (path !== null) return path;
    throw new MillraceError('INVALID_CONFIGURATION', this.findProblem(name) ?? name);
  }

  #find(name: string): string | null {
    const known = this.#found.get(name);
    if (known !== undefined) return known;
    for (const location of this.#locations) {
      try {
        const path = location.resolve(name);
        this.#found.set(name, path);
        return path;
      } catch {
        // Not found here: the next location may have it.
      }
    }
    return null;
  }
}
