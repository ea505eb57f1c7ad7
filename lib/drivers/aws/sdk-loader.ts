/**
 * Finds and loads packages of AWS's SDK, when the first call needs them: who calls no service of
 * AWS neither installs nor loads any of it. They are looked for beside the app first, then beside
 * Millrace.
 */
import { readdir, readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { MillraceError } from '../../errors.ts';

/** What a package exports, as far as can be known of one that is chosen at run time. */
export type LoadedModule = Readonly<Record<string, unknown>>;

/** See this file's head. */
export class SdkLoader {
  readonly #places: readonly NodeJS.Require[];
  /** Installed packages stay; missing ones may come while the process runs. */
  readonly #found = new Map<string, string>();

  /** `folder`: the app's own. */
  constructor(folder: string) {
    this.#places = [join(folder, 'millrace.config.ts'), import.meta.url].map((place) =>
      createRequire(place),
    );
  }

  /** Why `name` cannot be loaded, with what to do; null when it is installed. */
  missing(name: string): string | null {
    const isInstalled = this.#find(name) !== null;
    return isInstalled ? null : `the package ${name} is not installed: npm install ${name}`;
  }

  /** Loads a package. Throws INVALID_CONFIGURATION with the command that installs it. */
  async load(name: string): Promise<LoadedModule> {
    const loaded: LoadedModule = await import(pathToFileURL(this.#require(name)).href);
    return loaded;
  }

  /** The type declarations of a client's structures; empty when it comes without. */
  async declarations(name: string): Promise<string> {
    const folder = join(dirname(this.#require(name)), '..', 'dist-types', 'models');
    const files = await readdir(folder).catch(() => []);
    const models = files.filter((file) => /^models_\d+\.d\.ts$/.test(file)).sort();
    const texts = await Promise.all(models.map((file) => readFile(join(folder, file), 'utf8')));
    return texts.join('\n');
  }

  /** A dependency of the package `of`, as that package sees it. Throws what loading throws. */
  dependency(of: string, name: string): LoadedModule {
    const loaded: LoadedModule = createRequire(this.#require(of))(name);
    return loaded;
  }

  #require(name: string): string {
    const path = this.#find(name);
    if (path !== null) return path;
    throw new MillraceError('INVALID_CONFIGURATION', this.missing(name) ?? name);
  }

  #find(name: string): string | null {
    const known = this.#found.get(name);
    if (known !== undefined) return known;
    for (const place of this.#places) {
      try {
        const path = place.resolve(name);
        this.#found.set(name, path);
        return path;
      } catch {
        // Not here: the next place may have it.
      }
    }
    return null;
  }
}
