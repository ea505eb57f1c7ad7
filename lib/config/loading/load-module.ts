/** Loads modules of users: configurations, and the handlers that they import. */
import { readFileSync } from 'node:fs';
import { createRequire, registerHooks } from 'node:module';
import { dirname, extname, join, sep } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

/** Options of {@link loadModule}. */
export interface LoadModuleOptions {
  /** Whether to evaluate the user's files again, as they are now. @default false */
  readonly fresh?: boolean;
}

/** Codes of a native import that failed before any code ran: the files can be loaded otherwise. */
const unlinkableCodes: readonly unknown[] = [
  'ERR_MODULE_NOT_FOUND',
  'ERR_UNSUPPORTED_DIR_IMPORT',
  'ERR_UNKNOWN_FILE_EXTENSION',
  'ERR_UNSUPPORTED_TYPESCRIPT_SYNTAX',
  'ERR_INVALID_TYPESCRIPT_SYNTAX',
];

/** Extension of this file: `.ts` in a clone, `.js` in a package. */
const isSource = import.meta.url.endsWith('.ts');
/** What users import. In a variable, as it is no dependency that a bundle could contain. */
const ownName: string = 'millrace';
/** The folder of Millrace's own code in a clone; that of a package is below `node_modules`. */
const ownFolder = fileURLToPath(new URL('../..', import.meta.url));
/** Added to the address of a module that is evaluated again: Node knows modules by it. */
const reloadMark = '?reload=';
let reloads = 0;
let areHooksRegistered = false;

/**
 * Imports a module of a user. Node imports what it can run as it is: JavaScript, and TypeScript
 * modules with erasable syntax and whole file names. Other TypeScript goes through `jiti`: enums,
 * decorators, imports without an extension or of `.js`, path aliases of tsconfig.json, CommonJS
 * packages. Throws what the module throws, and the error of its syntax.
 */
export async function loadModule(
  path: string,
  { fresh = false }: LoadModuleOptions = {},
): Promise<Readonly<Record<string, unknown>>> {
  registerOwnHooks();
  if (fresh) forgetFiles();
  if (!isTypeScript(path)) return await importNatively(path);
  if (!mayRunNatively(path)) return await importWithJiti(path, fresh);
  try {
    return await importNatively(path);
  } catch (error) {
    if (!isUnlinkable(error)) throw error;
    return await importWithJiti(path, fresh);
  }
}

async function importNatively(path: string): Promise<Readonly<Record<string, unknown>>> {
  const mark = reloads === 0 ? '' : `${reloadMark}${reloads}`;
  return await import(`${pathToFileURL(path).href}${mark}`);
}

async function importWithJiti(
  path: string,
  fresh: boolean,
): Promise<Readonly<Record<string, unknown>>> {
  const { createJiti } = await import('jiti');
  const own: unknown = await import(ownName);
  const jiti = createJiti(path, {
    moduleCache: !fresh,
    tsconfigPaths: true,
    interopDefault: false,
    // A configuration gets the Millrace that loads it, which jiti would look for in its folder.
    virtualModules: { [ownName]: own },
  });
  return await jiti.import(path);
}

function isTypeScript(path: string): boolean {
  return /^\.[cm]?tsx?$/.test(extname(path));
}

/** Whether Node takes the file for a module: otherwise it warns, or refuses `import`. */
function mayRunNatively(path: string): boolean {
  return extname(path) === '.mts' || (extname(path) === '.ts' && isInModulePackage(dirname(path)));
}

function isInModulePackage(folder: string): boolean {
  try {
    const manifest = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
    return manifest.type === 'module';
  } catch (error) {
    // No package.json here: that of a folder above counts.
    if ((error as { code?: unknown }).code !== 'ENOENT') return false;
    return folder !== dirname(folder) && isInModulePackage(dirname(folder));
  }
}

/** A missing export is a `SyntaxError`, too: often that of a type that is imported as a value. */
function isUnlinkable(error: unknown): boolean {
  return (
    error instanceof SyntaxError || unlinkableCodes.includes((error as { code?: unknown }).code)
  );
}

/** Forgets the user's files that were loaded so far; those that are imported now are read again. */
function forgetFiles(): void {
  reloads += 1;
  const { cache } = createRequire(import.meta.url);
  for (const path of Object.keys(cache)) {
    if (isOfUser(path)) delete cache[path];
  }
}

function isOfUser(path: string): boolean {
  return !path.includes(`${sep}node_modules${sep}`) && !path.startsWith(ownFolder);
}

/**
 * Makes `millrace` in a user's module this Millrace, wherever the module is, and marks the user's
 * modules that are imported after a reload.
 */
function registerOwnHooks(): void {
  if (areHooksRegistered) return;
  areHooksRegistered = true;
  registerHooks({
    resolve: (specifier, context, next) => {
      if (specifier === ownName || specifier.startsWith(`${ownName}/`)) {
        const conditions = isSource
          ? [...context.conditions, 'millrace-source']
          : context.conditions;
        return next(specifier, { ...context, conditions, parentURL: import.meta.url });
      }
      const resolved = next(specifier, context);
      if (reloads === 0 || !context.conditions.includes('import')) return resolved;
      const mark = findMark(context.parentURL);
      const isMarked = mark === '' || !isOfUserUrl(resolved.url) || resolved.url.includes('?');
      return isMarked ? resolved : { ...resolved, url: `${resolved.url}${mark}` };
    },
  });
}

/** Returns the mark for what a module imports: its own, or the latest if it is not of the user. */
function findMark(parent: string | undefined): string {
  if (parent === undefined || !isOfUserUrl(parent)) return `${reloadMark}${reloads}`;
  const place = parent.indexOf(reloadMark);
  return place === -1 ? '' : parent.slice(place);
}

function isOfUserUrl(url: string): boolean {
  return url.startsWith('file:') && isOfUser(fileURLToPath(url.replace(/[?#].*$/, '')));
}
