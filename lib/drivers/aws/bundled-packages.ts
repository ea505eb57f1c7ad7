/** Packages of the SDK that are part of the program, as in the bundle of a function. */
import type { LoadedModule } from './sdk-loader.ts';

/** Loads a package that is part of the program. */
export type PackageLoader = () => Promise<LoadedModule>;

/** One program is one bundle, so the packages in it are the same for everything that runs in it. */
const loaders = new Map<string, PackageLoader>();

/**
 * Names the packages of the AWS SDK that are part of the program, because there is no folder of
 * packages beside the bundle of a function. The bundler generates the call.
 */
export function addBundledPackages(packages: Readonly<Record<string, PackageLoader>>): void {
  for (const [name, load] of Object.entries(packages)) loaders.set(name, load);
}

/** Returns what loads a package that is part of the program; null for any other. */
export function findBundledPackage(name: string): PackageLoader | null {
  return loaders.get(name) ?? null;
}
