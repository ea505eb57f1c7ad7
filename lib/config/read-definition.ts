import { readdir, readFile } from 'node:fs/promises';
import { basename, dirname } from 'node:path';
import type { MachineDefinition, MachineType } from '../asl/definition.ts';
import { findSimilar } from '../asl/known-names.ts';
import { parseDefinition } from '../asl/parse.ts';
import { MillraceError, messageOf } from '../errors.ts';

/**
 * Reads and validates the definition in a file. Throws FILE_NOT_READABLE, MALFORMED_DOCUMENT or
 * INVALID_DEFINITION. Functions on AWS, whose definitions are inlined, do not load this module.
 */
export async function readDefinition(
  path: string,
  type: MachineType = 'STANDARD',
): Promise<MachineDefinition> {
  return parseDefinition(await readText(path), { source: path, type });
}

/** Returns the text of a file. Throws FILE_NOT_READABLE, which names the file. */
export async function readText(path: string): Promise<string> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    const reason = isMissing(error) ? await describeMissing(path) : messageOf(error);
    throw new MillraceError('FILE_NOT_READABLE', `${path} could not be read: ${reason}`, {
      fields: { path },
      cause: error,
    });
  }
}

function isMissing(error: unknown): boolean {
  return (error as { readonly code?: unknown }).code === 'ENOENT';
}

/** Says that a file does not exist, and which one of its folder was probably meant. */
async function describeMissing(path: string): Promise<string> {
  let names: string[];
  try {
    names = await readdir(dirname(path));
  } catch {
    return `there is no folder ${dirname(path)}`;
  }
  const meant = findSimilar(basename(path), names);
  return `there is no such file${meant === null ? '' : `; did you mean '${meant}'?`}`;
}
