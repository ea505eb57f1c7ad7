/**
 * What a batch's source is, as a JSON document: written in configurations, kept in the batch's row.
 */
import * as z from 'zod';
import type { Json } from '../asl/json/json.ts';
import type { ChainFilter } from '../ports/execution-store.ts';
import { checkShape } from './check-shape.ts';

/** The source of a batch, by kind. Paths are as the object store takes them. */
export type SourceSpec =
  | {
      readonly kind: 'csv';
      readonly path: string;
      /** The column names of a file without a header row. @default the file's first row */
      readonly columns?: readonly string[];
      /** What stands between fields; one character. @default ',' */
      readonly delimiter?: string;
    }
  | { readonly kind: 'jsonLines'; readonly path: string }
  /** A file with one JSON array. */
  | { readonly kind: 'json'; readonly path: string }
  | { readonly kind: 'items'; readonly items: readonly Json[] }
  /** Earlier executions, whose outputs are the items. */
  | { readonly kind: 'executions'; readonly filter: ChainFilter };

const text = z.string().min(1);

const filterSchema = z.strictObject({
  machineId: text.exactOptional(),
  batchId: text.exactOptional(),
  status: z
    .enum(['PENDING', 'RUNNING', 'SUCCEEDED', 'FAILED', 'TIMED_OUT', 'ABORTED', 'PENDING_REDRIVE'])
    .exactOptional(),
  name: text.exactOptional(),
  error: text.exactOptional(),
  createdFrom: z.number().exactOptional(),
  createdBefore: z.number().exactOptional(),
  targetMachineId: text,
  sourceState: z.string(),
  transformer: z.string(),
  unlinkedOnly: z.boolean(),
});

/** Items are any JSON: they are data, and passed on as they are. */
const items = z.custom<readonly Json[]>(Array.isArray, 'expected an array of items');

/** What a source must be. */
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

/** Checks a source; throws `INVALID_ARGUMENT` naming every fault. */
export function parseSourceSpec(spec: unknown): SourceSpec {
  return checkShape(sourceSpecSchema, spec, 'source');
}
