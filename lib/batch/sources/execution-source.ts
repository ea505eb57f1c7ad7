import { isObject, type Json } from '../../asl/json/json.ts';
import { parseWrittenJson } from '../../asl/json/parse-json.ts';
import { MillraceError } from '../../errors.ts';
import type { ChainEntry, ChainFilter, ChainQueries } from '../../ports/store/execution-queries.ts';
import type { BatchSource, SourceItem } from '../batch-source.ts';
import { readStateOutput } from '../read-state-output.ts';

/** Maximum page size of the store. */
const pageMax = 1_000;

/** Number of histories read at once. */
const historiesMax = 20;

/**
 * Reads the executions that match `filter`, oldest first. An item is the execution's output, or
 * that of one of its states, with the link that keeps the execution from being taken twice. Pages
 * are keyset pages, so that executions that start or end meanwhile do not shift them.
 */
export function createExecutionSource(store: ChainQueries, filter: ChainFilter): BatchSource {
  return {
    read: async (cursor, limit) => {
      const { index, page } = cursor === null ? { index: 0, page: null } : parseCursor(cursor);
      const { entries, next } = await store.listForChaining(filter, {
        limit: Math.min(limit, pageMax),
        ...(page !== null && { cursor: page }),
      });
      const outputs = await readOutputs(store, entries, filter.sourceState);
      return {
        items: entries.map((entry, offset) =>
          toItem(filter, entry, outputs[offset] ?? null, index + offset),
        ),
        cursor: { index: index + entries.length, page: next },
        done: next === null,
      };
    },
    close: async () => {},
  };
}

async function readOutputs(
  store: ChainQueries,
  entries: readonly ChainEntry[],
  state: string,
): Promise<(string | null)[]> {
  if (state === '') return entries.map(({ output }) => output);
  const outputs: (string | null)[] = [];
  while (outputs.length < entries.length) {
    const group = entries.slice(outputs.length, outputs.length + historiesMax);
    outputs.push(...(await Promise.all(group.map(({ id }) => readStateOutput(store, id, state)))));
  }
  return outputs;
}

function toItem(
  { sourceState, transformer, unlinkedOnly }: ChainFilter,
  { id, name }: ChainEntry,
  output: string | null,
  index: number,
): SourceItem {
  if (output === null) {
    const what = sourceState === '' ? 'no output' : `no output of the state '${sourceState}'`;
    return { index, problem: `execution ${name} (${id}) has ${what}` };
  }
  const link = { sourceExecutionId: id, sourceState, transformer };
  return { index, value: parseWrittenJson(output), ...(unlinkedOnly && { link }) };
}

function parseCursor(cursor: Json): { readonly index: number; readonly page: string | null } {
  if (isObject(cursor)) {
    const { index, page } = cursor;
    if (typeof index === 'number' && (typeof page === 'string' || page === null)) {
      return { index, page };
    }
  }
  throw new MillraceError('CONFLICT', 'the cursor of the batch was not saved for executions');
}
