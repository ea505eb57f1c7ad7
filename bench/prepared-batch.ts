/** A batch whose executions are all recorded and not yet begun: what a durable run starts from. */
import type { MachineType } from '../lib/asl/definition.ts';
import { parseDefinition } from '../lib/asl/parse.ts';
import { SystemEntropy } from '../lib/drivers/system/system-entropy.ts';
import type { HistoryEvent } from '../lib/engine/history-event.ts';
import { checkHistory } from '../lib/engine/invariants.ts';
import type { Store } from '../lib/ports/store/store.ts';
import { definition, inputOf, machineId } from './three-tasks.ts';

/** See this file's head. */
export interface PreparedBatch {
  readonly id: string;
  /** The executions' ids, by their index in the batch. */
  readonly executionIds: readonly string[];
}

const chunkSize = 1_000;

/** Histories looked through after a run. */
const sampleSize = 100;

/** Records the machine, a batch, and `count` executions of it on the queue `default`. */
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
  if (leased === undefined) throw new Error('the batch that was just recorded is not to be leased');
  const executions = Array.from({ length: count }, (_, batchIndex) => ({
    id: entropy.uuid(),
    ...versioned,
    name: `${batchId}-${batchIndex}`,
    input: JSON.stringify(inputOf(batchIndex)),
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
 * Throws unless every execution ended SUCCEEDED exactly once: the batch counts each end, so one
 * that ended twice would be one too many.
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
    `of ${count}, ${batch?.succeeded} successes were counted; by status: ${statuses}`,
  );
}

/** Throws when the history of one of a hundred executions has a gap, two ends or none. */
export async function checkHistories(store: Store, ids: readonly string[]): Promise<void> {
  const step = Math.max(1, Math.floor(ids.length / sampleSize));
  for (let index = 0; index < ids.length; index += step) {
    const id = ids[index] ?? '';
    const chunks = await store.readHistory(id, 1, 1_000);
    const events = chunks.flatMap((chunk) => JSON.parse(chunk) as HistoryEvent[]);
    const broken = checkHistory(events);
    if (events.at(-1)?.type !== 'ExecutionSucceeded') broken.push('the last event is no success');
    if (broken.length > 0) throw new Error(`the history of ${id}: ${broken.join('; ')}`);
  }
}
