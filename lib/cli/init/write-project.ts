import { existsSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { MillraceError, messageOf } from '../../errors.ts';
import type { ProjectFiles } from './project-example.ts';

/**
 * Writes the files of a project into a folder, which is created. Never overwrites a file: throws
 * CONFLICT, before anything is written, that names those which exist; FILE_NOT_WRITABLE.
 */
export async function writeProject(folder: string, files: ProjectFiles): Promise<void> {
  const existing = Object.keys(files).filter((path) => existsSync(join(folder, path)));
  if (existing.length > 0) throw conflict(folder, existing);
  for (const [path, text] of Object.entries(files)) {
    const target = join(folder, path);
    try {
      await mkdir(dirname(target), { recursive: true });
      await writeFile(target, text, { flag: 'wx' });
    } catch (error) {
      const { code } = error as { readonly code?: unknown };
      if (code === 'EEXIST') throw conflict(folder, [path]);
      throw new MillraceError('FILE_NOT_WRITABLE', `cannot write ${target}: ${messageOf(error)}`, {
        fields: { path: target },
        cause: error,
      });
    }
  }
}

function conflict(folder: string, existing: readonly string[]): MillraceError {
  return new MillraceError(
    'CONFLICT',
    `${folder} has ${existing.join(', ')} already, and init overwrites nothing: name another folder`,
    { fields: { folder } },
  );
}
