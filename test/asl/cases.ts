/** Reads the cases below `test/cases`, which say in JSON what a feature of the language does. */
import { readFileSync } from 'node:fs';
import { z } from 'zod';
import type { Json, JsonObject } from '../../lib/asl/json/json.ts';

/** Any JSON, untouched. */
export const json = z.custom<Json>(() => true);

/** An object, untouched. */
export const jsonObject = z.custom<JsonObject>((value) => typeof value === 'object');

/** The document `test/cases/<path>`, which must be of `shape`. */
export function readCases<Cases>(path: string, shape: z.ZodType<Cases>): Cases {
  const text = readFileSync(new URL(`../cases/${path}`, import.meta.url), 'utf8');
  return shape.parse(JSON.parse(text));
}
