/** The executions of a batch, for functions that summarize them. */
import { parseWrittenJson } from '../../asl/json/parse-json.ts';
import type { BatchMember } from '../../config/batch-member.ts';
import type { BatchQueries } from '../../ports/store/batch-queries.ts';

const pageSize = 1_000;

/**
 * Reads the executions of a batch, oldest first. They are read a page at a time, so memory does not
 * grow with the batch.
 */
export async function* readBatchMembers(
  store: Pick<BatchQueries, 'listOutputs'>,
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
        ...(output !== null && { output: parseWrittenJson(output) }),
      };
    }
    cursor = page.next ?? undefined;
  } while (cursor !== undefined);
}
