/** Reads definitions from files; what the functions on AWS have no need of. */
import { readFile } from 'node:fs/promises';
import type { MachineDefinition, MachineType } from '../asl/definition.ts';
import { parseDefinition } from '../asl/parse.ts';
import { MillraceError, messageOf } from '../errors.ts';

/** Throws FILE_NOT_READABLE, MALFORMED_DOCUMENT or INVALID_DEFINITION. */
export async function readDefinition(
  path: string,
  type: MachineType = 'STANDARD',
): Promise<MachineDefinition> {
  return parseDefinition(await readText(path), { source: path, type });
}

/** The text of a file; throws FILE_NOT_READABLE naming it. */
export async function readText(path: string): Promise<string> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    throw new MillraceError('FILE_NOT_READABLE', `${path} could not be read: ${messageOf(error)}`, {
      fields: { path },
      cause: error,
    });
  }
}
