/**
 * Makes the databases of tests start from a copy of an empty store: `initdb` in WebAssembly takes
 * 2.5 s of CPU time, the migrations 1.5 s in a new process, and a copy 0.3 s. Everything after that
 * is PGlite as it is. A test of the migrations drops the schema first.
 */
import { cpSync, existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { PGliteOptions } from '@electric-sql/pglite';
import { inject, vi } from 'vitest';
import { openKept } from './kept-databases.ts';

vi.mock('@electric-sql/pglite', async (importOriginal) => {
  const original = await importOriginal<typeof import('@electric-sql/pglite')>();
  const template = inject('pgliteTemplate');
  const create = original.PGlite.create.bind(original.PGlite);
  const createFromTemplate = async (options: PGliteOptions = {}) => {
    const { dataDir } = options;
    if (dataDir === undefined) {
      return create({
        ...options,
        loadDataDir: new Blob([await readFile(join(template, 'data.tar'))]),
      });
    }
    if (!existsSync(join(dataDir, 'PG_VERSION'))) {
      cpSync(join(template, 'data'), dataDir, { recursive: true });
    }
    return openKept(dataDir, () => create(options));
  };
  Object.assign(original.PGlite, { create: createFromTemplate });
  return original;
});
