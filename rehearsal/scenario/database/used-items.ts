/**
 * Lets a batch run over the same items more than once. A rehearsal starts each batch several times,
 * and leaves no day between two runs as a schedule does.
 */
import type { BatchConfig } from '../../../lib/config/config.ts';
import type { ScenarioContext } from '../scenario-context.ts';
import { executeSql } from './execute-sql.ts';

/**
 * Gives what earlier batches of the machine have left new names, and unlinks it from its source, so
 * that the next batch of this name leaves no item out. Waits until those batches have ended.
 */
export async function freeItems(context: ScenarioContext, name: string): Promise<void> {
  const batches = context.app.config.batches ?? {};
  const batch = batches[name];
  if (batch === undefined || !usesItemsOnce(batch)) return;
  for (const [other, { machine }] of Object.entries(batches)) {
    if (machine !== batch.machine) continue;
    for (const id of await context.batchIds(other)) await context.waitForEnd(id);
  }
  await executeSql(context, freeItemsSql, { machineId: batch.machine });
}

/** Whether a second run over the same items, on the same day, would leave them out. */
export function usesItemsOnce({ item, source, options }: BatchConfig): boolean {
  if (source.kind === 'executions') return true;
  return item?.name !== undefined || options?.namePrefix !== undefined;
}

/** A name has at most 80 characters; an id has 36. */
export const freeItemsSql = `
  UPDATE millrace.executions SET name = left(name, 43) || '~' || id, link_source_id = NULL,
    link_state = NULL, link_transformer = NULL
  WHERE machine_id = :machineId AND batch_id IS NOT NULL`;
