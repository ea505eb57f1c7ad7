/** The JSON Schema of configurations, for editors and for programs that write configurations. */
import * as z from 'zod';
import type { JsonObject } from '../../asl/json/json.ts';
import { configShape } from '../check-config.ts';

/** Returns the schema; functions, which JSON does not have, accept any value. */
export function createConfigSchema(): JsonObject {
  const schema = z.toJSONSchema(configShape, {
    target: 'draft-7',
    unrepresentable: 'any',
    io: 'input',
  });
  return {
    ...(JSON.parse(JSON.stringify(schema)) as JsonObject),
    title: 'The configuration of a Millrace app',
  };
}
