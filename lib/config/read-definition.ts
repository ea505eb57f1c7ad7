import { readFile } from 'node:fs/promises';
import type { MachineDefinition, MachineType } from '../asl/definition.ts';
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
    throw new MillraceError('FILE_NOT_READABLE', `${path} could not be read: ${messageOf(error)}`, {
      fields: { path },
      cause: error,
    });
  }
}
