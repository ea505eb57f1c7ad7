/** The source of a batch as a JSON document, in configurations and in the batch's row. */
import * as z from 'zod';
import type { Json } from '../asl/json/json.ts';
import { checkShape } from '../check-shape.ts';
import { executionStatuses } from '../engine/status.ts';
import type { ChainFilter } from '../ports/store/execution-queries.ts';

/** The source of a batch, by kind. A path is a local path or an object's URL. */
export type SourceSpec =
  | {
      readonly kind: 'csv';
      readonly path: string;
      /** Column names of a file without a header row. @default the file's first row */
      readonly columns?: readonly string[];
      /** Character between fields. @default ',' */
      readonly delimiter?: string;
    }
  | { readonly kind: 'jsonLines'; readonly path: string }
  /** A file with one JSON array. */
  | { readonly kind: 'json'; readonly path: string }
  | { readonly kind: 'items'; readonly items: readonly Json[] }
  /** Earlier executions; their outputs are the items. */
  | { readonly kind: 'executions'; readonly filter: ChainFilter };

const text = z.string().min(1);

const filterSchema = z.strictObject({
  machineId: text.exactOptional(),
  batchId: text.exactOptional(),
  queue: text.exactOptional(),
  status: z.enum(executionStatuses).exactOptional(),
  statuses: z.array(z.enum(executionStatuses)).exactOptional(),
  name: text.exactOptional(),
  namePrefix: text.exactOptional(),
  error: text.exactOptional(),
  failedState: z.string().exactOptional(),
  createdFrom: z.number().exactOptional(),
  createdBefore: z.number().exactOptional(),
  endedFrom: z.number().exactOptional(),
  endedBefore: z.number().exactOptional(),
  targetMachineId: text,
  sourceState: z.string(),
  transformer: z.string(),
  unlinkedOnly: z.boolean(),
});

/** Items are any JSON; they are passed on unchecked. */
const items = z.custom<readonly Json[]>(Array.isArray, 'expected an array of items');

/** The shape of a source. */
export const sourceSpecSchema = z.discriminatedUnion('kind', [
  z.strictObject({
    kind: z.literal('csv'),
    path: text,
    columns: z.array(z.string()).min(1).exactOptional(),
    delimiter: z.string().length(1).exactOptional(),
  }),
  z.strictObject({ kind: z.literal('jsonLines'), path: text }),
  z.strictObject({ kind: z.literal('json'), path: text }),
  z.strictObject({ kind: z.literal('items'), items }),
  z.strictObject({ kind: z.literal('executions'), filter: filterSchema }),
]);

/** Checks a source. Throws `INVALID_ARGUMENT` that lists every problem. */
export function parseSourceSpec(spec: unknown): SourceSpec {
  return checkShape(sourceSpecSchema, spec, 'source');
}
