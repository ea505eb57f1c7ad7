import { resolve } from 'node:path';
import type { Json } from '../../asl/json/json.ts';
import { JsonText } from '../../asl/json/json-text.ts';
import { parseDocument } from '../../asl/parse.ts';
import { readText } from '../../config/read-definition.ts';
import type { Io } from '../io.ts';

/**
 * Reads the JSON of the option `name`: the text itself, a file (`@file`), or standard input (`-`).
 * Throws MALFORMED_DOCUMENT or FILE_NOT_READABLE.
 */
export async function readJsonOption(io: Io, name: string, text: string): Promise<Json> {
  const { body, source } = await readOption(io, name, text);
  return parseDocument(body, { source });
}

/** As {@link readJsonOption}, but JSON is kept letter for letter; YAML is converted. */
export async function readJsonTextOption(
  io: Io,
  name: string,
  text: string,
): Promise<Json | JsonText> {
  const { body, source } = await readOption(io, name, text);
  const value = parseDocument(body, { source });
  const json = body.replace(/^\uFEFF/, '').trim();
  return isJson(json) ? new JsonText(json) : value;
}

async function readOption(io: Io, name: string, text: string) {
  if (text === '-') return { body: await io.readStdin(), source: 'standard input' };
  if (!text.startsWith('@')) return { body: text, source: name };
  const file = text.slice(1);
  return { body: await readText(resolve(io.folder, file)), source: file };
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}
