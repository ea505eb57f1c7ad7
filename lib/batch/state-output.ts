/**
 * The output of a named state of an earlier execution, as its history tells it. The history is read
 * piece by piece, so memory does not grow with it.
 */
import type { HistoryEvent } from '../engine/history-event.ts';
import type { ExecutionStore } from '../ports/execution-store.ts';

/** Chunks of a history read at once. */
const chunksMax = 100;

/**
 * The JSON text of the state's output when it was last left; null when it never was, or when no
 * history is kept (an EXPRESS machine's).
 */
export async function stateOutput(
  store: Pick<ExecutionStore, 'readHistory'>,
  executionId: string,
  stateName: string,
): Promise<string | null> {
  let output: string | null = null;
  for (let from = 1; ; ) {
    const chunks = await store.readHistory(executionId, from, chunksMax);
    for (const { id, stateExitedEventDetails: exited } of chunks.flatMap(eventsOf)) {
      if (exited?.name === stateName) output = exited.output;
      from = id + 1;
    }
    if (chunks.length < chunksMax) return output;
  }
}

function eventsOf(chunk: string): HistoryEvent[] {
  return JSON.parse(chunk) as HistoryEvent[];
}
