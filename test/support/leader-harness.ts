import type { Json } from '../../lib/asl/json/json.ts';
import type { BatchOptionsInput } from '../../lib/batch/batch-options.ts';
import type { SourceSpec } from '../../lib/batch/source-spec.ts';
import type { BatchRecord } from '../../lib/ports/store/batch-store.ts';
import { Leader, type LeaderDeps, type LeaderOptions } from '../../lib/roles/leader.ts';
import { MemoryFiles } from './memory-files.ts';
import { oneTask, RoleHarness, type RoleHarnessOptions } from './role-harness.ts';

/** A role harness with batches: creates leaders, records batches and reads how they are. */
export class LeaderHarness extends RoleHarness {
  readonly objects = new MemoryFiles();
  readonly files = this.objects;
  readonly transformers = { double: (item: Json) => Number(item) * 2 };
  readonly queues = ['critical', 'default', 'low'];
  readonly payloadBytesMax = 262_144;

  leader(changes: Partial<LeaderDeps & LeaderOptions> = {}): Leader {
    return new Leader({ ...this, ...changes });
  }

  /** Records a batch over as many numbers, from 0, or over a source. */
  async batch(over: number | SourceSpec, options: BatchOptionsInput = {}): Promise<string> {
    const id = this.entropy.uuid();
    const items = (count: number) => Array.from({ length: count }, (_, index) => index);
    const source = typeof over === 'number' ? { kind: 'items', items: items(over) } : over;
    await this.store.createBatch({
      id,
      name: 'numbers',
      machineId: 'machine',
      machineVersion: 1,
      source: JSON.stringify(source),
      options: JSON.stringify(options),
    });
    return id;
  }

  async get(batchId: string): Promise<BatchRecord> {
    const batch = await this.store.getBatch(batchId);
    if (batch === null) throw new Error(`no batch ${batchId}`);
    return batch;
  }

  /** Returns the ids of the tasks in the queue `default`. */
  async queued(): Promise<string[]> {
    return (await this.broker.peek('default', 100_000)).map(({ id }) => id);
  }

  async listExecutions(batchId: string) {
    return (await this.store.listOutputs(batchId, { limit: 1_000 })).entries;
  }
}

/** Opens a harness with a machine that calls `work`; by default it returns its input. */
export async function openLeaderHarness(options: RoleHarnessOptions = {}) {
  const harness = new LeaderHarness({ handlers: { work: (item: Json) => item }, ...options });
  await harness.register(oneTask);
  return harness;
}

/** Runs leader, worker and sweeper until the batch is no longer RUNNING, and returns it. */
export async function endBatch(harness: LeaderHarness, batchId: string) {
  const [leader, worker, sweeper] = [harness.leader(), harness.worker(), harness.sweeper()];
  for (const role of [leader, worker, sweeper]) role.start();
  await harness.pass(
    async () => (await harness.get(batchId)).status !== 'RUNNING',
    'the end',
    5_000,
  );
  await Promise.all([leader, worker, sweeper].map((role) => harness.stop(role)));
  return harness.get(batchId);
}
