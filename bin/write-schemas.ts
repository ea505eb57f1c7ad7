/** Writes the JSON Schemas for editors into schemas/; `npm run schemas` runs it after a change. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { createDefinitionSchema } from '../lib/asl/validate/definition-schema.ts';
import { createConfigSchema } from '../lib/config/typing/config-schema.ts';
import { createCaseSchema } from '../lib/testing/case-schema.ts';

const folder = new URL('../schemas/', import.meta.url);
const schemas = {
  definition: createDefinitionSchema(),
  config: createConfigSchema(),
  cases: createCaseSchema(),
};

mkdirSync(folder, { recursive: true });
for (const [name, schema] of Object.entries(schemas)) {
  writeFileSync(new URL(`${name}.schema.json`, folder), `${JSON.stringify(schema, null, 2)}\n`);
}
