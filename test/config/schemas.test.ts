/** The JSON Schemas for editors, and the types that are made of schemas. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import * as z from 'zod';
import { parseDocument } from '../../lib/asl/parse.ts';
import { createDefinitionSchema } from '../../lib/asl/validate/definition-schema.ts';
import { validate } from '../../lib/asl/validate.ts';
import { createConfigSchema } from '../../lib/config/typing/config-schema.ts';
import { toPayloadType } from '../../lib/config/typing/type-text.ts';
import { createCaseSchema } from '../../lib/testing/case-schema.ts';

const root = join(import.meta.dirname, '../..');

function readSchema(name: string) {
  return JSON.parse(readFileSync(join(root, `schemas/${name}.schema.json`), 'utf8'));
}

describe('the schemas for editors', () => {
  it('the files in schemas/ are up to date: npm run schemas writes them', () => {
    expect(readSchema('definition')).toEqual(createDefinitionSchema());
    expect(readSchema('config')).toEqual(createConfigSchema());
    expect(readSchema('cases')).toEqual(createCaseSchema());
  });

  it('definitions of the examples match the schema, and a field that does not exist does not', () => {
    const schema = z.fromJSONSchema(readSchema('definition'));
    const folder = join(root, 'examples');
    const files = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((file) =>
      /\.asl\.(?:json|ya?ml)$/.test(file),
    );
    const documents = files.map((file) =>
      parseDocument(readFileSync(join(folder, file), 'utf8'), { source: file }),
    );
    const pass = { Type: 'Pass', End: true, Typ: 'Pass' };

    expect(files.length).toBeGreaterThan(0);
    for (const document of documents) expect(schema.safeParse(document).error).toBeUndefined();
    expect(schema.safeParse({ StartAt: 'A', States: { A: pass } }).success).toBe(false);
  });

  it('a definition may name the schema, but not at AWS', () => {
    const definition = {
      $schema: './node_modules/millrace/schemas/definition.schema.json',
      StartAt: 'A',
      States: { A: { Type: 'Succeed' } },
    };

    expect(validate(definition)).toEqual([]);
    expect(validate(definition, { extensions: false })).toHaveLength(1);
  });
});

describe('toPayloadType', () => {
  it('a schema of zod is written as a type', () => {
    const schema = z.object({
      id: z.number(),
      'of-size': z.enum(['s', 'l']).optional(),
      lines: z.array(z.object({ sku: z.string(), note: z.string().nullable() })),
      more: z.record(z.string(), z.boolean()),
    });

    expect(toPayloadType(schema, 'input')).toBe(
      '{ readonly id: number; readonly "of-size"?: "s" | "l"; ' +
        'readonly lines: readonly ({ readonly sku: string; readonly note: string | null })[]; ' +
        'readonly more: Readonly<Record<string, boolean>> }',
    );
    expect(toPayloadType(undefined, 'input')).toBe('Json');
    expect(toPayloadType(z.string().transform(Number), 'output')).toBe('Json');
  });
});
