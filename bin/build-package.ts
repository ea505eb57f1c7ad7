/**
 * Builds what the package contains besides the launcher, before `npm pack`:
 * - `dist/lib` and its neighbours, compiled file by file, with declarations: the CDK construct, and
 *   what it bundles into functions
 * - `dist/program`, the command line and the library in a few files
 * - the page of the dashboard
 */
import { spawnSync } from 'node:child_process';
import { rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { messageOf } from '../lib/errors.ts';
import { buildPage } from '../lib/server/page/build-page.ts';
import { bundleProgram } from './bundle-program.ts';

const root = fileURLToPath(new URL('..', import.meta.url));

try {
  // Files whose sources are gone must not be published.
  rmSync(join(root, 'dist'), { recursive: true, force: true });
  compile();
  await bundleProgram(join(root, 'dist/program'));
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
