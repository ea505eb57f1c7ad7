/**
 * Keeps the program of a commit for the tests that run it over the schema of the next release:
 * `npm run keep-release -- [COMMIT]`. A release does it last, so that the next one is held against
 * it. The bundle is in the repository, as a checkout without history, which CI has, cannot make it.
 */
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { brotliCompressSync } from 'node:zlib';
import { build } from 'esbuild';

const root = fileURLToPath(new URL('../..', import.meta.url));
const target = join(root, 'test/fixtures/previous-release');

/** What the tests call. Everything else of the program comes with it. */
const entry = `export { openMillrace } from './lib/app/millrace.ts';
export { connectStore } from './lib/app/compose/open-store.ts';
export { migrations } from './lib/drivers/sql/migrations/list-migrations.ts';`;

const [, , named = 'HEAD'] = process.argv;
const commit = git('rev-parse', named).toString().trim();
const folder = mkdtempSync(join(tmpdir(), 'millrace-release-'));
try {
  execFileSync('tar', ['-x', '-C', folder], {
    input: git('archive', commit, 'lib', 'package.json'),
  });
  const { outputFiles } = await build({
    stdin: { contents: entry, resolveDir: folder, loader: 'ts' },
    bundle: true,
    minify: true,
    write: false,
    format: 'esm',
    platform: 'node',
    target: 'node22',
    packages: 'external',
    logLevel: 'error',
  });
  mkdirSync(target, { recursive: true });
  const [program] = outputFiles;
  if (program === undefined) throw new Error('esbuild wrote nothing');
  writeFileSync(join(target, 'program.mjs.br'), brotliCompressSync(program.contents));
  writeFileSync(join(target, 'release.json'), `${JSON.stringify({ commit }, null, 2)}\n`);
  console.log(`kept the program of ${commit}`);
} finally {
  rmSync(folder, { recursive: true, force: true });
}

/** Runs git in the repository. Returns what it prints. */
function git(...words: readonly string[]): Buffer {
  return execFileSync('git', ['-C', root, ...words], { maxBuffer: 256 * 1024 * 1024 });
}
