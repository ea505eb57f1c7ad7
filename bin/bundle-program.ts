/**
 * Bundles the command line and the library into a few files, for the package and for tests that
 * start many processes: reading a thousand files takes a second at each start.
 */
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build, type Plugin } from 'esbuild';

const root = fileURLToPath(new URL('..', import.meta.url));

/** Packages of many small files, which most commands read. */
const inlinedPackages: readonly string[] = ['commander', 'csv-parse', 'hono', 'pg', 'yaml', 'zod'];

/** What `pg` loads when an application asks for it, which Millrace does not. */
const optionalPackages: readonly string[] = ['pg-cloudflare', 'pg-native'];

/** What starts in files of its own. The thread lies beside the module that starts it. */
const entries: Readonly<Record<string, string>> = {
  millrace: 'bin/millrace.ts',
  index: 'lib/index.ts',
  testing: 'lib/testing/index.ts',
  'loop-watch-thread': 'lib/drivers/system/loop-watch-thread.ts',
};

/**
 * What nearly every command evaluates, in one file. esbuild makes a file of the modules that the
 * same entries reach, and every dynamic import is an entry: a list of executions read 127 files,
 * and finding a file costs more than what is in it.
 */
const commonModules: readonly string[] = [
  'lib/cli/program.ts',
  'lib/cli/terminal/process-io.ts',
  'lib/cli/commands/batch/batch.ts',
  'lib/cli/commands/execution/execution.ts',
  'lib/cli/commands/queue.ts',
  'lib/config/loading/load-config.ts',
  'lib/app/millrace.ts',
  'lib/drivers/postgres/postgres-store.ts',
  // A configuration imports it.
  'lib/index.ts',
];

/** The entries that read the common modules; the command line does at its first command. */
const withCommon: readonly string[] = ['index', 'testing'];

/**
 * Writes the program to `folder`, with the licenses of the packages that it contains.
 * @param apart packages that it does not contain, but imports. @default none of them
 */
export async function bundleProgram(folder: string, apart: readonly string[] = []): Promise<void> {
  const { dependencies, peerDependencies } = JSON.parse(readFile('package.json'));
  const installed = Object.keys({ ...dependencies, ...peerDependencies });
  const { metafile } = await build({
    metafile: true,
    absWorkingDir: root,
    entryPoints: Object.fromEntries(
      Object.entries(entries)
        .filter(([, source]) => existsSync(join(root, source)))
        .map(([name, source]) => [name, withCommon.includes(name) ? `entry:${source}` : source]),
    ),
    outdir: folder,
    chunkNames: '[name]-[hash]',
    bundle: true,
    splitting: true,
    // The condition of `imports` in package.json, and esbuild's own, which it replaces.
    conditions: ['millrace-lazy-source', 'module'],
    format: 'esm',
    platform: 'node',
    target: 'node22',
    legalComments: 'none',
    // Packages in CommonJS call `require`, which modules do not have.
    banner: {
      js:
        "import { createRequire as millraceRequire } from 'node:module';" +
        'const require = millraceRequire(import.meta.url);',
    },
    external: [
      ...installed.filter((name) => apart.includes(name) || !inlinedPackages.includes(name)),
      ...optionalPackages,
    ],
    plugins: [compiledRehearsal, commonFile],
    logLevel: 'warning',
    // The imports of the common modules only group them.
    logOverride: { 'ignored-bare-import': 'silent' },
  });
  const licenses = listPackages(Object.keys(metafile.inputs)).map(readLicense);
  writeFileSync(join(folder, 'LICENSES.txt'), licenses.join('\n---\n\n'));
}

/** The rehearsal starts processes of the compiled files, and is among them. */
const compiledRehearsal: Plugin = {
  name: 'compiled-rehearsal',
  setup: ({ onResolve }) => {
    onResolve({ filter: /\/rehearsal\/.*command\.ts$/ }, ({ path }) => ({
      path: path.replace(/\.ts$/, '.js'),
      external: true,
    }));
  },
};

/** Commands that open no app: each reads what it needs, which is less than the common modules. */
const smallCommands = ['lib/cli/init/init-command.ts', 'lib/cli/commands/validate.ts'].map((path) =>
  join(root, path),
);

/** Marks the resolution of a module that an entry stands for, which is that module itself. */
const isBehindEntry = Symbol('behind an entry');

/**
 * Puts an entry before each module that is imported dynamically, and before those of `withCommon`:
 * it reaches the common modules too, so that they are reached by the same entries.
 */
const commonFile: Plugin = {
  name: 'common-file',
  setup: ({ onResolve, onLoad, resolve }) => {
    onResolve({ filter: /^entry:/ }, ({ path }) => ({
      path: join(root, path.replace('entry:', '')),
      namespace: 'entry',
    }));
    onResolve({ filter: /^\.{1,2}\// }, async (args) => {
      const { path, kind, importer, resolveDir, pluginData } = args;
      if (kind !== 'dynamic-import' || pluginData === isBehindEntry) return;
      const options = { kind, importer, resolveDir, pluginData: isBehindEntry };
      const resolved = await resolve(path, options);
      const isApart = resolved.external || smallCommands.includes(resolved.path);
      return isApart ? resolved : { path: resolved.path, namespace: 'entry' };
    });
    onLoad({ filter: /.*/, namespace: 'entry' }, ({ path }) => ({
      contents: [
        ...commonModules.map((each) => `import ${JSON.stringify(join(root, each))};`),
        `export * from ${JSON.stringify(path)};`,
      ].join('\n'),
      resolveDir: root,
    }));
  },
};

/** Returns the folders of the packages that files are from, each once. */
function listPackages(files: readonly string[]): string[] {
  const folders = files.map((file) => /^.*node_modules\/(?:@[^/]+\/)?[^/]+/.exec(file)?.[0]);
  return [...new Set(folders.filter((folder) => folder !== undefined))].sort();
}

/** Some packages name their license, but have no text of it. */
function readLicense(folder: string): string {
  const { name, license, author } = JSON.parse(readFile(join(folder, 'package.json')));
  const file = readdirSync(join(root, folder)).find((each) => /^licen[cs]e/i.test(each));
  if (file !== undefined) return `${name}\n\n${readFile(join(folder, file))}`;
  return `${name}\n\n${license}, by ${author?.name ?? author}\n`;
}

function readFile(path: string): string {
  return readFileSync(join(root, path), 'utf8');
}
