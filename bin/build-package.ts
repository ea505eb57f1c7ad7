/**
 * Builds what the package contains besides the launcher, before `npm pack`:
 * - `dist/lib` and its neighbours, compiled file by file, with declarations: the CDK construct, and
 *   what it bundles into functions
 * - `dist/program`, the command line and the library in a few files, because reading a thousand
 *   takes a second at each start
 * - the page of the dashboard
 */
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { messageOf } from '../lib/errors.ts';
import { buildPage } from '../lib/server/page/build-page.ts';

const root = fileURLToPath(new URL('..', import.meta.url));

/** Packages of many small files, which every command reads. */
const inlinedPackages: readonly string[] = ['commander', 'csv-parse', 'hono', 'yaml', 'zod'];

/** What starts in files of its own. The thread lies beside the module that starts it. */
const entries: Readonly<Record<string, string>> = {
  millrace: 'bin/millrace.ts',
  index: 'lib/index.ts',
  testing: 'lib/testing/index.ts',
  'loop-watch-thread': 'lib/drivers/system/loop-watch-thread.ts',
};

try {
  // Files whose sources are gone must not be published.
  rmSync(join(root, 'dist'), { recursive: true, force: true });
  compile();
  await bundle();
  await buildPage();
} catch (error) {
  console.error(`build: ${messageOf(error)}`);
  process.exitCode = 1;
}

function compile(): void {
  const compiler = dirname(createRequire(import.meta.url).resolve('typescript/package.json'));
  const words = [join(compiler, 'bin', 'tsc'), '-p', join(root, 'tsconfig.build.json')];
  // npm reads what `npm pack --json` prints: nothing else may be on stdout.
  const { status } = spawnSync(process.execPath, words, { stdio: ['ignore', 2, 2] });
  if (status !== 0) throw new Error(`tsc failed with exit status ${status}`);
}

async function bundle(): Promise<void> {
  const { dependencies, peerDependencies } = JSON.parse(readFile('package.json'));
  const installed = Object.keys({ ...dependencies, ...peerDependencies });
  await build({
    absWorkingDir: root,
    entryPoints: Object.fromEntries(
      Object.entries(entries).filter(([, source]) => existsSync(join(root, source))),
    ),
    outdir: 'dist/program',
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
    external: installed.filter((name) => !inlinedPackages.includes(name)),
    plugins: [
      {
        // It starts processes of the compiled files, and is among them.
        name: 'rehearsal',
        setup: ({ onResolve }) => {
          onResolve({ filter: /\/rehearsal\/command\.ts$/ }, () => ({
            path: '../rehearsal/command.js',
            external: true,
          }));
        },
      },
    ],
    logLevel: 'warning',
  });
  const licenses = inlinedPackages.map((name) => readFile(`node_modules/${name}/LICENSE`));
  writeFileSync(join(root, 'dist/program/LICENSES.txt'), licenses.join('\n---\n\n'));
}

function readFile(path: string): string {
  return readFileSync(join(root, path), 'utf8');
}
