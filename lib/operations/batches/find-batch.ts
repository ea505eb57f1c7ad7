/** Finds a batch by what people call it. */
import { isChildMachine } from '../../batch/map-run/map-run-batch.ts';
import { MillraceError } from '../../errors.ts';
import type { BatchRecord } from '../../ports/store/batch-store.ts';
import type { AppContext } from '../app-context.ts';

/** The word for the newest batch. */
const latest = 'latest';

/** How many of the newest batches are looked through for one that is no map run. */
const lookedThroughMax = 200;

/**
 * Returns the record of a batch.
 * @param ref its id, its name for the newest of that name, or `latest` for the newest of all that
 *   are no run of a distributed Map
 * @throws UNKNOWN_BATCH
 */
export async function requireBatch(
  { store }: Pick<AppContext, 'store'>,
  ref: string,
): Promise<BatchRecord> {
  const batch = await store.getBatch(ref);
  if (batch !== null) return batch;
  const filter = ref === latest ? {} : { name: ref };
  const limit = ref === latest ? lookedThroughMax : 1;
  const { entries } = await store.listBatches(filter, { limit });
  const found =
    ref === latest ? entries.find(({ machineId }) => !isChildMachine(machineId)) : entries[0];
  if (found !== undefined) return found;
  throw unknownBatch(ref);
}

/**
 * Returns the id of a batch that was not found under `ref` as its id.
 * @throws UNKNOWN_BATCH
 */
export async function requireOtherId(
  context: Pick<AppContext, 'store'>,
  ref: string,
): Promise<string> {
  const { id } = await requireBatch(context, ref);
  if (id === ref) throw unknownBatch(ref);
  return id;
}

/** Returns the error for a batch that the store does not have. */
function unknownBatch(ref: string): MillraceError {
  const message =
    ref === latest
      ? 'the store has no batch yet'
      : `the store has no batch with the id or the name '${ref}'; 'batch list' shows all`;
  return new MillraceError('UNKNOWN_BATCH', message, { fields: { batchId: ref } });
}
