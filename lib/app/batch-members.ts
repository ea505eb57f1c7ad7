/**
 * The executions of a batch, one by one, for whoever sums them up: memory does not grow with the
 * batch.
 */
import type { Json } from '../asl/json.ts';
import type { ExecutionStatus } from '../engine/status.ts';
import type { ExecutionStore } from '../ports/execution-store.ts';

/** One execution of a batch, as a `summarize` function sees it. */
export interface BatchMember {
  readonly name: string;
  readonly status: ExecutionStatus;
  /** The queue that its tasks went to. */
  readonly priority: string;
  /** Present when it SUCCEEDED. */
  readonly output?: Json;
  readonly error: string | null;
}

const pageSize = 1_000;

/** The batch's executions, oldest first, a page at a time. */
export async function* batchMembers(
  store: Pick<ExecutionStore, 'listOutputs'>,
  batchId: string,
): AsyncGenerator<BatchMember> {
  let cursor: string | undefined;
  do {
    const page = await store.listOutputs(batchId, {
      limit: pageSize,
      ...(cursor !== undefined && { cursor }),
    });
    for (const { name, status, queue, output, error } of page.entries) {
      yield {
        name,
        status,
        priority: queue,
        error,
        ...(output !== null && { output: JSON.parse(output) as Json }),
      };
    }
    cursor = page.next ?? undefined;
  } while (cursor !== undefined);
}
