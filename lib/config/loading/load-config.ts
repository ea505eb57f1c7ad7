import { existsSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { hasCode, MillraceError, messageOf } from '../../errors.ts';
import { checkConfig } from '../check-config.ts';
import type { MillraceConfig } from '../config.ts';
import { type LoadModuleOptions, loadModule } from './load-module.ts';

/** File names of a configuration, in the order in which they are tried. */
export const configFileNames = Object.freeze([
  'millrace.config.ts',
  'millrace.config.js',
  'millrace.config.mjs',
  'millrace.config.mts',
  'millrace.config.cjs',
  'millrace.config.cts',
]);

/** A configuration and the folder that its paths are relative to. */
export interface LoadedConfig {
  readonly config: MillraceConfig;
  readonly folder: string;
  readonly file: string;
}

/**
 * Imports and checks the configuration `file`, or the one in `folder`; with `fresh`, as its files
 * are now, though they were loaded before. Throws INVALID_CONFIGURATION or FILE_NOT_READABLE.
 */
export async function loadConfig(
  file: string | undefined,
  folder: string,
  options: LoadModuleOptions = {},
): Promise<LoadedConfig> {
  const path = file === undefined ? findConfig(folder) : resolve(folder, file);
  if (!existsSync(path)) {
    throw new MillraceError('FILE_NOT_READABLE', `there is no configuration at ${path}`, {
      fields: { path },
    });
  }
  const config = checkConfig(await importDefault(path, options), path);
  return { config, folder: dirname(path), file: path };
}

function findConfig(folder: string): string {
  const found = configFileNames.map((name) => resolve(folder, name)).find(existsSync);
  if (found !== undefined) return found;
  throw new MillraceError(
    'FILE_NOT_READABLE',
    `there is no ${configFileNames[0]} in ${folder}: go to the app's folder, or name the file with --config`,
    { fields: { folder } },
  );
}

async function importDefault(path: string, options: LoadModuleOptions): Promise<unknown> {
  try {
    const module = await loadModule(path, options);
    return module.default;
  } catch (error) {
    if (hasCode(error)) throw error;
    throw new MillraceError(
      'INVALID_CONFIGURATION',
      `${path} could not be loaded: ${messageOf(error)}`,
      { fields: { path }, cause: error },
    );
  }
}
