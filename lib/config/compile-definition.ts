import { resolve } from 'node:path';
import { checkDefinition } from '../asl/check-definition.ts';
import type { MachineDefinition } from '../asl/definition.ts';
import type { MachineConfig } from './config.ts';

/**
 * Reads and validates the definition of a configured machine. Relative paths start at `folder`.
 * Throws FILE_NOT_READABLE, MALFORMED_DOCUMENT or INVALID_DEFINITION.
 */
export async function compileDefinition(
  id: string,
  { type = 'STANDARD', definition }: MachineConfig,
  folder: string,
): Promise<MachineDefinition> {
  if (typeof definition !== 'string') {
    return checkDefinition(definition, { source: `machines.${id}.definition`, type });
  }
  // Loaded only for a file: the bundle of a function inlines definitions and has no YAML parser.
  const { readDefinition } = await import('./read-definition.ts');
  return readDefinition(resolve(folder, definition), type);
}

/** Returns the text of the file that has a configured machine's definition; null without a file. */
export async function readDefinitionText(
  { definition }: Pick<MachineConfig, 'definition'>,
  folder: string,
): Promise<string | null> {
  if (typeof definition !== 'string') return null;
  const { readText } = await import('./read-definition.ts');
  return readText(resolve(folder, definition));
}
