/**
 * Where a batch runs whose leader and workers are processes of their own: a fresh database on
 * PostgreSQL, an empty Redis, and the app of the program that starts the batch and looks on.
 */
import { setTimeout } from 'node:timers/promises';
import { type Millrace, openMillrace } from '../lib/app/millrace.ts';
import type { BatchOptionsInput } from '../lib/batch/batch-options.ts';
import type { BatchRecord } from '../lib/ports/store/batch-store.ts';
import type { Bench } from './measurement.ts';
import type { BenchRedis } from './redis.ts';
import type { MeetingPlace } from './role-child.ts';
import { machineId, threeTasksApp } from './three-tasks.ts';

/** See this file's head. */
export interface BatchPlace extends MeetingPlace {
  readonly app: Millrace;
  /** Empties the place. */
  drop(): Promise<void>;
}

/** How often a batch is looked at, in milliseconds. */
const lookMs = 50;

const longestMs = 600_000;

/** Opens one; its machine is that of `three-tasks.ts`. */
export async function openBatchPlace(bench: Bench, redis: BenchRedis): Promise<BatchPlace> {
  await redis.empty();
  const database = await bench.databases.createDatabase();
  const place = { postgresUrl: database.url, redisUrl: redis.server.url };
  const app = await openMillrace({
    config: threeTasksApp,
    flags: { store: 'postgres', broker: 'redis', ...place },
  });
  return {
    ...place,
    app,
    drop: async () => {
      await app.close();
      await database.drop();
    },
  };
}

/** Records the batch of a file's items, for a leader to find. */
export function recordBatch(
  { app }: BatchPlace,
  path: string,
  options: BatchOptionsInput = {},
): Promise<BatchRecord> {
  const source = { kind: 'jsonLines', path } as const;
  return app.queueClient().enqueueBatch(machineId, { source, options });
}

/** Looks at a batch until it is as wanted; throws when it takes ten minutes. */
export async function batchWhen(
  { app }: BatchPlace,
  id: string,
  isWanted: (batch: BatchRecord) => boolean,
): Promise<BatchRecord> {
  const giveUpAt = performance.now() + longestMs;
  while (performance.now() < giveUpAt) {
    const batch = await app.drivers.store.getBatch(id);
    if (batch !== null && isWanted(batch)) return batch;
    await setTimeout(lookMs);
  }
  throw new Error(`the batch was not as wanted after ${longestMs / 1_000} s`);
}
