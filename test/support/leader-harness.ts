/** The roles' world with batches in it: a leader over numbers, and how its batches stand. */
import type { Json } from '../../lib/asl/json/json.ts';
import type { BatchOptionsInput } from '../../lib/batch/batch-options.ts';
import type { SourceSpec } from '../../lib/batch/source-spec.ts';
import type { BatchRecord } from '../../lib/ports/batch-store.ts';
import { Leader, type LeaderOptions } from '../../lib/roles/leader.ts';
import { MemoryFiles } from './memory-files.ts';
import { oneTask, RoleHarness, type RoleHarnessOptions } from './role-harness.ts';

/** See this file's head. */
export class LeaderHarness extends RoleHarness {
  readonly objects = new MemoryFiles();
  readonly files = this.objects;
  readonly transformers = { double: (item: Json) => Number(item) * 2 };
  readonly queues = ['critical', 'default', 'low'];
  readonly payloadBytesMax = 262_144;

  leader(changes: Partial<LeaderOptions> = {}): Leader {
    return new Leader({ ...this, ...changes });
  }

  /** Records a batch over the numbers below `count`, or over `source`. */
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

  /** The ids of the tasks that wait in the queue `default`. */
  async queued(): Promise<string[]> {
    return (await this.broker.peek('default', 100_000)).map(({ id }) => id);
  }

  async executionsOf(batchId: string) {
    return (await this.store.listOutputs(batchId, { limit: 1_000 })).entries;
  }
}

/** A world whose one machine calls `work`, which answers its input unless it is replaced. */
export async function openLeaderHarness(options: RoleHarnessOptions = {}) {
  const harness = new LeaderHarness({ handlers: { work: (item: Json) => item }, ...options });
  await harness.register(oneTask);
  return harness;
}

/** Runs leader, worker and sweeper until the batch has left RUNNING; answers it as it is then. */
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
