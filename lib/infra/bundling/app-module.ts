/**
 * Generates the module that replaces `millrace-app` in the bundle of a function: the configuration
 * of the app with its definitions inlined, because a function has none of the app's files.
 */
import { writeFileSync } from 'node:fs';
import { extname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { buildSync } from 'esbuild';
import type { AppDescription } from '../../config/app-description.ts';
import { hasKey } from '../has-key.ts';

/** File name of the module. */
export const appModuleName = 'millrace-app.mjs';

/** File name of the app's own sources, bundled into one module. */
const configName = 'millrace-config.mjs';

/** Its extension is that of this file: `.ts`, or `.js` in a build. */
const inlineApp = sibling('lambda/inline-app');
const bundledPackages = sibling('drivers/aws/bundled-packages');

function sibling(path: string): string {
  return fileURLToPath(new URL(`../../${path}${extname(import.meta.url)}`, import.meta.url));
}

/** What the module contains besides the app. */
export interface AppModuleOptions {
  /** Whether Tasks assume a role. @default only those whose definition says so */
  readonly assumesRole?: boolean;
  /** Other packages of the SDK that functions load by name. @default [] */
  readonly sdkPackages?: readonly string[];
}

/** Writes the module, and the bundled sources that it imports, into `folder`. */
export function writeAppModule(
  app: AppDescription,
  folder: string,
  options: AppModuleOptions = {},
): void {
  writeConfig(app.configFile, join(folder, configName));
  writeFileSync(join(folder, credentialsName), exportCredentials);
  const packages = generatePackages(app, options);
  writeFileSync(join(folder, appModuleName), [...packages, ...generateModule(app)].join('\n'));
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

function generateModule(app: AppDescription): string[] {
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
  ];
}

/**
 * Generates the call that names the clients of the services which the machines call. A function
 * loads one at the first call that needs it.
 */
function generatePackages(
  { machines }: AppDescription,
  { assumesRole = false, sdkPackages = [] }: AppModuleOptions,
): string[] {
  const called = machines.flatMap(({ clientPackages = [] }) => clientPackages);
  const found = [...called, ...sdkPackages];
  if (found.length === 0) return [];
  const needsRole =
    assumesRole || machines.some(({ definition }) => hasKey(definition, 'Credentials'));
  const loaded = [...new Set(found), ...sharedPackages].map((name) => [name, name]);
  if (needsRole) loaded.push([rolesPackage, `./${credentialsName}`]);
  return [
    `import { addBundledPackages } from ${JSON.stringify(bundledPackages)};`,
    'addBundledPackages({',
    ...loaded.map(
      ([name, path]) => `  ${JSON.stringify(name)}: () => import(${JSON.stringify(path)}),`,
    ),
    '});',
  ];
}

/** The package that assumes roles. */
const rolesPackage = '@aws-sdk/credential-providers';

/** What calls by name need of the SDK besides clients. */
const sharedPackages = ['@smithy/core/schema'];

/** File name of the module that assumes roles. */
const credentialsName = 'millrace-credentials.mjs';

/** The package itself loads many other sources of credentials, which Lambda does not have. */
const exportCredentials = `export { fromTemporaryCredentials } from '${rolesPackage}';\n`;
