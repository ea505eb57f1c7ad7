/**
 * Earlier executions as items: each one's output, or that of one of its states, with the link that
 * keeps it from being taken twice. Pages are keyset pages, so that executions which end or begin
 * meanwhile shift nothing.
 */
import { isObject, type Json } from '../../asl/json/json.ts';
import { MillraceError } from '../../errors.ts';
import type { ChainFilter, ExecutionStore } from '../../ports/execution-store.ts';
import type { BatchSource, SourceItem } from '../batch-source.ts';
import { stateOutput } from '../state-output.ts';

/** Largest page that the store gives. */
const pageMax = 1_000;

/** Histories read at once. */
const historiesMax = 20;

type ChainStore = Pick<ExecutionStore, 'listForChaining' | 'readHistory'>;

interface Entry {
  readonly id: string;
  readonly name: string;
  readonly output: string | null;
}

/** Reads the executions that match `filter`, oldest first. */
export function executionSource(store: ChainStore, filter: ChainFilter): BatchSource {
  return {
    read: async (cursor, limit) => {
      const { index, page } = cursor === null ? { index: 0, page: null } : placeIn(cursor);
      const { entries, next } = await store.listForChaining(filter, {
        limit: Math.min(limit, pageMax),
        ...(page !== null && { cursor: page }),
      });
      const outputs = await outputsOf(store, entries, filter.sourceState);
      return {
        items: entries.map((entry, place) =>
          toItem(filter, entry, outputs[place] ?? null, index + place),
        ),
        cursor: { index: index + entries.length, page: next },
        done: next === null,
      };
    },
    close: async () => {},
  };
}

async function outputsOf(
  store: ChainStore,
  entries: readonly Entry[],
  state: string,
): Promise<(string | null)[]> {
  if (state === '') return entries.map(({ output }) => output);
  const outputs: (string | null)[] = [];
  while (outputs.length < entries.length) {
    const group = entries.slice(outputs.length, outputs.length + historiesMax);
    outputs.push(...(await Promise.all(group.map(({ id }) => stateOutput(store, id, state)))));
  }
  return outputs;
}

function toItem(
  { sourceState, transformer, unlinkedOnly }: ChainFilter,
  { id, name }: Entry,
  output: string | null,
  index: number,
): SourceItem {
  if (output === null) {
    const what = sourceState === '' ? 'no output' : `no output of the state '${sourceState}'`;
    return { index, problem: `execution ${name} (${id}) has ${what}` };
  }
  const link = { sourceExecutionId: id, sourceState, transformer };
  return { index, value: JSON.parse(output) as Json, ...(unlinkedOnly && { link }) };
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
