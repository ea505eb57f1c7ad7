/**
 * Measures a million tasks: a leader process records the rows of a file in PostgreSQL and sends
 * them to Redis. Reports the time it takes, the growth of the leader's memory, and the memory of a
 * waiting task in Redis. No worker runs.
 */
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { batchDefaults } from '../../lib/batch/batch-options.ts';
import {
  type BatchEnvironment,
  openBatchEnvironment,
  recordBatch,
  waitForBatch,
} from '../batch-environment.ts';
import type { BenchRedis } from '../bench-redis.ts';
import { type Bench, type Figure, toFigure } from '../measurement.ts';
import { openMillraceSide } from '../millrace-side.ts';
import { startRole } from '../role-process.ts';
import { writeItems } from '../write-items.ts';

/** The result of the run. */
interface Run {
  readonly seconds: number;
  /** Peak memory of the leader when a fifth of the tasks had been sent. */
  readonly earlyPeakMiB: number;
  /** Peak memory of the leader when all tasks had been sent. */
  readonly peakMiB: number;
  readonly bytesPerTask: number;
}

/** Measures one run. */
export async function measureMillion(bench: Bench, redis: BenchRedis): Promise<Figure[]> {
  const rows = bench.quick ? 10_000 : 1_000_000;
  const path = join(bench.folder, 'queue-million.jsonl');
  await writeItems(path, rows);
  const environment = await openBatchEnvironment(bench, redis);
  try {
    const run = await sendAll(environment, redis, path, rows);
    bench.log(`${rows} rows: ${run.seconds.toFixed(1)} s, ${Math.round(run.peakMiB)} MiB`);
    return createFigures(redis, rows, run);
  } finally {
    await environment.drop();
    rmSync(path);
  }
}

async function sendAll(
  environment: BatchEnvironment,
  redis: BenchRedis,
  path: string,
  rows: number,
): Promise<Run> {
  const usedBefore = await redis.usedMemoryBytes();
  const { id } = await recordBatch(environment, path, { maxInFlight: 0 });
  const leader = await startRole('leader', environment);
  const startedAt = performance.now();
  await waitForBatch(environment, id, ({ sentIndex }) => sentIndex >= rows / 5);
  const earlyPeakMiB = leader.peakMiB();
  const batch = await waitForBatch(environment, id, ({ sentIndex }) => sentIndex >= rows);
  const seconds = (performance.now() - startedAt) / 1_000;
  const peakMiB = leader.peakMiB();
  const bytesPerTask = ((await redis.usedMemoryBytes()) - usedBefore) / rows;
  await leader.stop();
  await checkQueued(redis, rows, batch.created);
  return { seconds, earlyPeakMiB, peakMiB, bytesPerTask };
}

/** Throws when a task is queued twice: the sweeper resends tasks that it takes for lost. */
async function checkQueued(redis: BenchRedis, rows: number, created: number): Promise<void> {
  const side = await openMillraceSide(redis, ['default']);
  const queued = await side.countRemaining().finally(() => side.close());
  if (created === rows && queued === rows) return;
  throw new Error(`of ${rows} rows ${created} were recorded and ${queued} queued`);
}

function createFigures(redis: BenchRedis, rows: number, run: Run): Figure[] {
  const { chunkSize } = batchDefaults;
  const knobs = { rows, chunkSize, maxInFlight: 0, ...redis.facts };
  const { seconds, earlyPeakMiB, peakMiB, bytesPerTask } = run;
  const rowsText = rows.toLocaleString('en');
  return [
    toFigure([seconds], {
      label: `${rowsText} rows recorded and sent`,
      unit: 's',
      target: { atMost: 120 },
      knobs,
      beside: { rowsPerSecond: Math.round(rows / seconds) },
    }),
    toFigure([peakMiB], { label: `its leader's peak memory`, unit: 'MiB', knobs }),
    toFigure([peakMiB / earlyPeakMiB], {
      label: `its leader's peak memory, at the end over at a fifth`,
      unit: 'ratio',
      target: { atMost: 1.25 },
      knobs,
      beside: { earlyPeakMiB: Math.round(earlyPeakMiB) },
    }),
    toFigure([bytesPerTask], { label: 'memory of a waiting task in Redis', unit: 'bytes', knobs }),
  ];
}
