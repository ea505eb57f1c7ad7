/**
 * Earlier executions as items: each one's output, with the link that keeps it from being taken
 * twice. Pages are keyset pages, so that executions which end or begin meanwhile shift nothing.
 */
import { isObject, type Json } from '../../asl/json.ts';
import { MillraceError } from '../../errors.ts';
import type { ChainFilter, ExecutionStore } from '../../ports/execution-store.ts';
import type { BatchSource, SourceItem } from '../batch-source.ts';

/** Largest page that the store gives. */
const pageMax = 1_000;

/** Reads the executions that match `filter`, oldest first. */
export function executionSource(
  store: Pick<ExecutionStore, 'listForChaining'>,
  filter: ChainFilter,
): BatchSource {
  const toItem = (
    {
      id,
      name,
      output,
    }: { readonly id: string; readonly name: string; readonly output: string | null },
    index: number,
  ): SourceItem => {
    if (output === null) return { index, problem: `execution ${name} (${id}) has no output` };
    const { sourceState, transformer } = filter;
    const link = { sourceExecutionId: id, sourceState, transformer };
    return { index, value: JSON.parse(output) as Json, link };
  };
  return {
    read: async (cursor, limit) => {
      const { index, page } = cursor === null ? { index: 0, page: null } : placeIn(cursor);
      const { entries, next } = await store.listForChaining(filter, {
        limit: Math.min(limit, pageMax),
        ...(page !== null && { cursor: page }),
      });
      return {
        items: entries.map((entry, place) => toItem(entry, index + place)),
        cursor: { index: index + entries.length, page: next },
        done: next === null,
      };
    },
    close: async () => {},
  };
}

function placeIn(cursor: Json): { readonly index: number; readonly page: string | null } {
  if (isObject(cursor)) {
    const { index, page } = cursor;
    if (typeof index === 'number' && (typeof page === 'string' || page === null)) {
      return { index, page };
    }
  }
  throw new MillraceError('CONFLICT', 'the cursor of the batch was not saved for executions');
}
