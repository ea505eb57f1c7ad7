/**
 * The executions of a batch, one by one, for whoever sums them up: memory does not grow with the
 * batch.
 */
import type { Json } from '../asl/json/json.ts';
import type { BatchMember } from '../config/batch-member.ts';
import type { ExecutionStore } from '../ports/execution-store.ts';

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
