/** The program of the previous release, as `npm run keep-release` has kept it. */
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { brotliDecompressSync } from 'node:zlib';
import type { connectStore } from '../../lib/app/compose/open-store.ts';
import type { openMillrace } from '../../lib/app/millrace.ts';
import type { Migration } from '../../lib/drivers/sql/migration.ts';

/** What tests call of it. */
export interface PreviousRelease {
  readonly openMillrace: typeof openMillrace;
  readonly connectStore: typeof connectStore;
  readonly migrations: readonly Migration[];
}

const kept = new URL('../fixtures/previous-release/program.mjs.br', import.meta.url);
/** Below the packages, which the program imports by their names. */
const folder = fileURLToPath(new URL('../../node_modules/.cache/millrace/', import.meta.url));

/** Loads the program of the previous release. */
export async function loadPreviousRelease(): Promise<PreviousRelease> {
  const compressed = readFileSync(kept);
  const name = createHash('sha256').update(compressed).digest('hex').slice(0, 16);
  const file = `${folder}previous-release-${name}.mjs`;
  if (!existsSync(file)) {
    mkdirSync(folder, { recursive: true });
    // Another worker may do the same: none imports half a file.
    writeFileSync(`${file}.${process.pid}`, brotliDecompressSync(compressed));
    renameSync(`${file}.${process.pid}`, file);
  }
  return await import(/* @vite-ignore */ pathToFileURL(file).href);
}
