/**
 * Makes the databases of tests start from a copy of an empty store: `initdb` in WebAssembly takes
 * 2.5 s of CPU time, the migrations 1.5 s in a new process, and a copy 0.6 s. Everything after that
 * is PGlite as it is. A test of the migrations drops the schema first.
 */
import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { PGliteOptions } from '@electric-sql/pglite';
import { inject, vi } from 'vitest';

vi.mock('@electric-sql/pglite', async (importOriginal) => {
  const original = await importOriginal<typeof import('@electric-sql/pglite')>();
  const template = inject('pgliteTemplate');
  const create = original.PGlite.create.bind(original.PGlite);
  const createFromTemplate = async (options: PGliteOptions = {}) => {
    if (options.dataDir !== undefined && existsSync(join(options.dataDir, 'PG_VERSION'))) {
      return create(options);
    }
    return create({ ...options, loadDataDir: new Blob([await readFile(template)]) });
  };
  Object.assign(original.PGlite, { create: createFromTemplate });
  return original;
});
