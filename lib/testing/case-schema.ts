/** The JSON Schema of files of cases, for editors. */
import * as z from 'zod';
import type { JsonObject } from '../asl/json/json.ts';
import { caseFileShape } from './case-file.ts';

/** Returns the schema, in the draft that editors read. */
export function createCaseSchema(): JsonObject {
  const schema = z.toJSONSchema(caseFileShape, { target: 'draft-7', io: 'input' });
  return {
    ...(JSON.parse(JSON.stringify(schema)) as JsonObject),
    title: 'Cases of millrace test',
  };
}
