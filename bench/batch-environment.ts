/** Services that a leader and workers in separate processes share, and a batch that they run. */
import { setTimeout } from 'node:timers/promises';
import { type Millrace, openMillrace } from '../lib/app/millrace.ts';
import type { BatchOptionsInput } from '../lib/batch/batch-options.ts';
import type { BatchRecord } from '../lib/ports/store/batch-store.ts';
import type { BenchRedis } from './bench-redis.ts';
import type { Bench } from './measurement.ts';
import type { SharedServices } from './role-process.ts';
import { machineId, threeTasksApp } from './three-tasks.ts';

/**
 * A fresh PostgreSQL database, an empty Redis, and the app of the benchmark itself, which starts
 * the batch and watches it.
 */
export interface BatchEnvironment extends SharedServices {
  readonly app: Millrace;
  /** Closes the app and drops the database. */
  drop(): Promise<void>;
}

/** How often the state of a batch is read, in milliseconds. */
const pollIntervalMs = 50;

const batchTimeoutMs = 600_000;

/** Opens an environment whose app has the machine of `three-tasks.ts`. */
export async function openBatchEnvironment(
  bench: Bench,
  redis: BenchRedis,
): Promise<BatchEnvironment> {
  await redis.empty();
  const database = await bench.databases.createDatabase();
  const services = { postgresUrl: database.url, redisUrl: redis.server.url };
  const app = await openMillrace({
    config: threeTasksApp,
    flags: { store: 'postgres', broker: 'redis', ...services },
  });
  return {
    ...services,
    app,
    drop: async () => {
      await app.close();
      await database.drop();
    },
  };
}

/** Records a batch of the items of a file, for a leader to pick up. */
export function recordBatch(
  { app }: BatchEnvironment,
  path: string,
  options: BatchOptionsInput = {},
): Promise<BatchRecord> {
  const source = { kind: 'jsonLines', path } as const;
  return app.queueClient().enqueueBatch(machineId, { source, options });
}

/** Polls a batch until `isReached` accepts it; throws after ten minutes. */
export async function waitForBatch(
  { app }: BatchEnvironment,
  id: string,
  isReached: (batch: BatchRecord) => boolean,
): Promise<BatchRecord> {
  const deadline = performance.now() + batchTimeoutMs;
  while (performance.now() < deadline) {
    const batch = await app.drivers.store.getBatch(id);
    if (batch !== null && isReached(batch)) return batch;
    await setTimeout(pollIntervalMs);
  }
  throw new Error(`the batch did not reach the expected state within ${batchTimeoutMs / 1_000} s`);
}
