/** Finds a batch by what people call it. */
import { findSimilar } from '../../asl/known-names.ts';
import { isChildMachine } from '../../batch/map-run/map-run-batch.ts';
import { MillraceError } from '../../errors.ts';
import type { BatchRecord, BatchStore } from '../../ports/store/batch-store.ts';
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
  throw await unknownBatch(store, ref);
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
  if (id === ref) throw await unknownBatch(context.store, ref);
  return id;
}

/** Returns the error for a batch that the store does not have. */
async function unknownBatch(
  store: Pick<BatchStore, 'listBatches'>,
  ref: string,
): Promise<MillraceError> {
  const { entries } = await store.listBatches({}, { limit: lookedThroughMax });
  const meant = findSimilar(ref, new Set(entries.map(({ name }) => name)));
  const hint = meant === null ? '' : `; did you mean '${meant}'?`;
  const message =
    ref === latest
      ? 'the store has no batch yet'
      : `the store has no batch with the id or the name '${ref}'; 'batch list' shows all${hint}`;
  return new MillraceError('UNKNOWN_BATCH', message, { fields: { batchId: ref } });
}
