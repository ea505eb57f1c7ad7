import type { MachineType } from '../lib/asl/definition.ts';
import { parseDefinition } from '../lib/asl/parse.ts';
import { SystemEntropy } from '../lib/drivers/system/system-entropy.ts';
import { decodeHistory } from '../lib/engine/history/decode-history.ts';
import { checkHistory } from '../lib/engine/invariants.ts';
import type { Store } from '../lib/ports/store/store.ts';
import { createInput, definition, machineId } from './three-tasks.ts';

/** A batch whose executions are all recorded and none has started. */
export interface PreparedBatch {
  readonly id: string;
  /** Execution ids by their index in the batch. */
  readonly executionIds: readonly string[];
}

const chunkSize = 1_000;

/** Histories checked after a run. */
const sampleSize = 100;

/** Records the machine, a batch, and `count` of its executions on the queue `default`. */
export async function prepareBatch(
  store: Store,
  count: number,
  type: MachineType = 'STANDARD',
): Promise<PreparedBatch> {
  const entropy = new SystemEntropy(Date.now);
  const source = parseDefinition(JSON.stringify(definition), { source: machineId });
  const machine = await store.putMachine(machineId, type, JSON.stringify(source));
  const batchId = entropy.uuid();
  const versioned = { machineId, machineVersion: machine.version };
  await store.createBatch({
    id: batchId,
    name: machineId,
    ...versioned,
    source: '{}',
    options: '{}',
  });
  const [leased] = await store.leaseBatches(entropy.uuid(), 600_000, 1, { batchId });
  if (leased === undefined) throw new Error('the new batch could not be leased');
  const executions = Array.from({ length: count }, (_, batchIndex) => ({
    id: entropy.uuid(),
    ...versioned,
    name: `${batchId}-${batchIndex}`,
    input: JSON.stringify(createInput(batchIndex)),
    queue: 'default',
    retriesMax: 0,
    batchId,
    batchIndex,
  }));
  for (let from = 0; from < count; from += chunkSize) {
    const { fence } = leased;
    const chunk = executions.slice(from, from + chunkSize);
    await store.fanOut({ batchId, fence, executions: chunk, cursor: '0', sourceDone: false });
  }
  return { id: batchId, executionIds: executions.map(({ id }) => id) };
}

/**
 * Throws unless every execution has ended SUCCEEDED exactly once. The batch counts every end, so an
 * execution that ended twice makes the count too large.
 */
export async function checkAllSucceeded(
  store: Store,
  batchId: string,
  count: number,
): Promise<void> {
  const batch = await store.getBatch(batchId);
  const { byStatus } = await store.getBatchStats(batchId);
  if (batch?.created === count && batch.succeeded === count && byStatus.SUCCEEDED === count) return;
  const statuses = JSON.stringify(byStatus);
  throw new Error(
    `expected ${count} successes, counted ${batch?.succeeded}; executions by status: ${statuses}`,
  );
}

/** Checks a hundred histories. Throws when one has a gap, or not exactly one end. */
export async function checkHistories(store: Store, ids: readonly string[]): Promise<void> {
  const stride = Math.max(1, Math.floor(ids.length / sampleSize));
  for (let index = 0; index < ids.length; index += stride) {
    const id = ids[index] ?? '';
    const chunks = await store.readHistory(id, 1, 1_000);
    const events = chunks.flatMap(decodeHistory);
    const broken = checkHistory(events);
    if (events.at(-1)?.type !== 'ExecutionSucceeded')
      broken.push('the last event is not a success');
    if (broken.length > 0) throw new Error(`the history of ${id}: ${broken.join('; ')}`);
  }
}
