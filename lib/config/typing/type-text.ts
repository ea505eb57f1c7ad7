/** Writes JSON Schemas as types of TypeScript. */
import * as z from 'zod';
import { isObject, type Json, type JsonObject } from '../../asl/json/json.ts';
import type { PayloadSchema } from '../../batch/payload-schema.ts';

/**
 * Returns the type of what a schema accepts, or of what it gives; `Json` where the schema cannot be
 * described, as those of other libraries than zod.
 */
export function toPayloadType(
  schema: PayloadSchema | undefined,
  direction: 'input' | 'output',
): string {
  if (schema === undefined || schema['~standard'].vendor !== 'zod') return 'Json';
  try {
    const described = z.toJSONSchema(schema as PayloadSchema & z.ZodType, {
      unrepresentable: 'any',
      io: direction,
    });
    return typeText(JSON.parse(JSON.stringify(described)) as Json, 0);
  } catch {
    // A schema that zod cannot describe, such as a transformation.
    return 'Json';
  }
}

/** Maximum nesting that is written out. */
const depthMax = 8;

function typeText(schema: Json | undefined, depth: number): string {
  if (!isObject(schema) || depth > depthMax || schema.$ref !== undefined) return 'Json';
  if (schema.const !== undefined) return JSON.stringify(schema.const);
  if (Array.isArray(schema.enum))
    return union((schema.enum as Json[]).map((each) => JSON.stringify(each)));
  const either = schema.anyOf ?? schema.oneOf;
  if (Array.isArray(either))
    return union((either as Json[]).map((each) => typeText(each, depth + 1)));
  if (Array.isArray(schema.type)) {
    return union((schema.type as Json[]).map((type) => typeText({ ...schema, type }, depth + 1)));
  }
  switch (schema.type) {
    case 'string':
    case 'boolean':
    case 'null':
      return schema.type;
    case 'number':
    case 'integer':
      return 'number';
    case 'array':
      return `readonly (${typeText(schema.items, depth + 1)})[]`;
    case 'object':
      return objectText(schema, depth);
    default:
      return 'Json';
  }
}

function union(types: readonly string[]): string {
  return [...new Set(types)].join(' | ') || 'never';
}

function objectText(
  { properties, required, additionalProperties }: JsonObject,
  depth: number,
): string {
  const names = new Set(Array.isArray(required) ? (required as Json[]) : []);
  const members = Object.entries(isObject(properties) ? properties : {}).map(([key, member]) => {
    const name = /^[A-Za-z_$][\w$]*$/.test(key) ? key : JSON.stringify(key);
    return `readonly ${name}${names.has(key) ? '' : '?'}: ${typeText(member, depth + 1)}`;
  });
  if (members.length > 0) return `{ ${members.join('; ')} }`;
  return `Readonly<Record<string, ${typeText(additionalProperties, depth + 1)}>>`;
}
