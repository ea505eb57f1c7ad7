/** Names in the filters of lists. */
import type { Millrace } from '../app/millrace.ts';

/** The names that filters of lists take. */
export interface FilterNames {
  readonly machine?: string | undefined;
  readonly queue?: string | undefined;
  readonly batch?: string | undefined;
}

/**
 * Throws when a list is empty because a filter names what does not exist: UNKNOWN_MACHINE,
 * UNKNOWN_BATCH or INVALID_ARGUMENT, with the name that was probably meant. A list with entries
 * needs no check, and costs none.
 */
export async function checkFilterNames(
  { machines, queues, batches }: Millrace,
  entries: readonly unknown[],
  { machine, queue, batch }: FilterNames,
): Promise<void> {
  if (entries.length > 0) return;
  if (machine !== undefined) await machines.get(machine);
  if (queue !== undefined) await queues.get(queue);
  if (batch !== undefined) await batches.get(batch);
}
