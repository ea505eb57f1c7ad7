/**
 * Generates the module that replaces `millrace-app` in the bundle of a function: the configuration
 * of the app with its definitions inlined, because a function has none of the app's files.
 */
import { writeFileSync } from 'node:fs';
import { extname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { buildSync } from 'esbuild';
import type { AppDescription } from '../../config/app-description.ts';

/** File name of the module. */
export const appModuleName = 'millrace-app.mjs';

/** File name of the app's own sources, bundled into one module. */
const configName = 'millrace-config.mjs';

/** Its extension is that of this file: `.ts`, or `.js` in a build. */
const inlineApp = fileURLToPath(
  new URL(`../../lambda/inline-app${extname(import.meta.url)}`, import.meta.url),
);

/** Writes the module, and the bundled sources that it imports, into `folder`. */
export function writeAppModule(app: AppDescription, folder: string): void {
  writeConfig(app.configFile, join(folder, configName));
  writeFileSync(join(folder, appModuleName), generateModule(app));
}

/**
 * Bundles the app's sources separately, because only they must keep the names of functions and
 * classes: the name of an error, which `Catch` matches, is often that of its class. Packages are
 * left to the bundle of the function.
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

function generateModule(app: AppDescription): string {
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
