/**
 * The module that a function's bundle has in the place of `millrace-app`: the app's configuration
 * with its definitions inlined, for a function has none of the files beside it.
 */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { buildSync } from 'esbuild';
import type { AppDescription } from '../../config/app-description.ts';

/** What the module is called. */
export const appModuleName = 'millrace-app.mjs';

/** The app's own sources in one module, beside it. */
const configName = 'millrace-config.mjs';

const inlineApp = fileURLToPath(new URL('../../lambda/inline-app.ts', import.meta.url));

/** Writes the module, and what it imports of the app, into `folder`. */
export function writeAppModule(app: AppDescription, folder: string): void {
  writeConfig(app.configFile, join(folder, configName));
  writeFileSync(join(folder, appModuleName), appModuleOf(app));
}

/**
 * The app's sources are put together on their own first, as they alone keep the names of their
 * functions and classes: an error's name is often its class's, and `Catch` asks for it. Packages
 * are left for the bundle.
 */
function writeConfig(configFile: string, outfile: string): void {
  buildSync({
    entryPoints: [configFile],
    outfile,
    bundle: true,
    packages: 'external',
    keepNames: true,
    format: 'esm',
    platform: 'node',
    target: 'node24',
    sourcemap: 'inline',
    sourcesContent: false,
    logLevel: 'silent',
  });
}

function appModuleOf(app: AppDescription): string {
  const definitions = Object.fromEntries(
    app.machines.map(({ id, definition }) => [id, definition]),
  );
  const sources = Object.fromEntries(
    app.batches.flatMap(({ name, sourceKey }) => (sourceKey === null ? [] : [[name, sourceKey]])),
  );
  return [
    `import config from './${configName}';`,
    `import { inlineApp } from ${JSON.stringify(inlineApp)};`,
    `export default inlineApp(config, ${JSON.stringify({ definitions, sources })});`,
    '',
  ].join('\n');
}
