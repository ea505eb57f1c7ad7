import { decodeHistory } from '../engine/history/decode-history.ts';
import type { ExecutionQueries } from '../ports/store/execution-queries.ts';

/** Number of history chunks read at once: memory does not grow with the history. */
const chunksMax = 100;

/**
 * Reads from an execution's history the output, as JSON text, with which a state was last left.
 * Returns null when it never was, or when no history is stored (an EXPRESS machine's).
 */
export async function readStateOutput(
  store: Pick<ExecutionQueries, 'readHistory'>,
  executionId: string,
  stateName: string,
): Promise<string | null> {
  let output: string | null = null;
  for (let from = 1; ; ) {
    const chunks = await store.readHistory(executionId, from, chunksMax);
    for (const { id, stateExitedEventDetails: exited } of chunks.flatMap(decodeHistory)) {
      if (exited?.name === stateName) output = exited.output;
      from = id + 1;
    }
    if (chunks.length < chunksMax) return output;
  }
}
