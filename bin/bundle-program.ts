/**
 * Bundles the command line and the library into a few files, for the package and for tests that
 * start many processes: reading a thousand files takes a second at each start.
 */
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

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
      Object.entries(entries).filter(([, source]) => existsSync(join(root, source))),
    ),
    outdir: folder,
    chunkNames: '[name]-[hash]',
    bundle: true,
    splitting: true,
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
    plugins: [
      {
        // It starts processes of the compiled files, and is among them.
        name: 'rehearsal',
        setup: ({ onResolve }) => {
          onResolve({ filter: /\/rehearsal\/.*command\.ts$/ }, ({ path }) => ({
            path: path.replace(/\.ts$/, '.js'),
            external: true,
          }));
        },
      },
    ],
    logLevel: 'warning',
  });
  const licenses = listPackages(Object.keys(metafile.inputs)).map(readLicense);
  writeFileSync(join(folder, 'LICENSES.txt'), licenses.join('\n---\n\n'));
}

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
