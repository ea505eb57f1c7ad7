import { resolve } from 'node:path';
import type { Json } from '../asl/json/json.ts';
import { parseDocument } from '../asl/parse.ts';
import { readText } from '../config/read-definition.ts';
import type { Io } from './io.ts';

/**
 * Reads the JSON of the option `name`: the text itself, a file (`@file`), or standard input (`-`).
 * Throws MALFORMED_DOCUMENT or FILE_NOT_READABLE.
 */
export async function readJsonOption(io: Io, name: string, text: string): Promise<Json> {
  if (text === '-') return parseDocument(await io.readStdin(), { source: 'standard input' });
  if (!text.startsWith('@')) return parseDocument(text, { source: name });
  const file = text.slice(1);
  return parseDocument(await readText(resolve(io.folder, file)), { source: file });
}
