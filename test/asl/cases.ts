/** Reads the cases in `test/cases`, which specify features of the language in JSON. */
import { readFileSync } from 'node:fs';
import { z } from 'zod';
import type { Json, JsonObject } from '../../lib/asl/json/json.ts';

/** Any JSON, unchanged. */
export const json = z.custom<Json>(() => true);

/** An object, unchanged. */
export const jsonObject = z.custom<JsonObject>((value) => typeof value === 'object');

/** Reads the document `test/cases/<path>`, which must have the shape `shape`. */
export function readCases<Cases>(path: string, shape: z.ZodType<Cases>): Cases {
  const text = readFileSync(new URL(`../cases/${path}`, import.meta.url), 'utf8');
  return shape.parse(JSON.parse(text));
}
