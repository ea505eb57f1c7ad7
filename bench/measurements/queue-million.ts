/**
 * A million tasks: rows of a file recorded in PostgreSQL and sent to Redis by a leader process. How
 * long it takes, whether the leader's memory grows on the way, and what a waiting task takes in
 * Redis. No worker runs.
 */
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { batchDefaults } from '../../lib/batch/batch-options.ts';
import { type BatchPlace, batchWhen, openBatchPlace, recordBatch } from '../batch-place.ts';
import { writeItems } from '../item-file.ts';
import { type Bench, type Figure, figureOf } from '../measurement.ts';
import { openMillrace } from '../millrace-side.ts';
import type { BenchRedis } from '../redis.ts';
import { startRole } from '../role-child.ts';

/** What the run showed. */
interface Run {
  readonly seconds: number;
  /** The leader's peak when a fifth was sent. */
  readonly earlyPeakMiB: number;
  /** Its peak when all was sent. */
  readonly peakMiB: number;
  readonly bytesPerTask: number;
}

/** See this file's head. */
export async function measureMillion(bench: Bench, redis: BenchRedis): Promise<Figure[]> {
  const rows = bench.quick ? 10_000 : 1_000_000;
  const path = join(bench.folder, 'queue-million.jsonl');
  await writeItems(path, rows);
  const place = await openBatchPlace(bench, redis);
  try {
    const run = await sendAll(place, redis, path, rows);
    bench.say(`${rows} rows: ${run.seconds.toFixed(1)} s, ${Math.round(run.peakMiB)} MiB`);
    return figuresOf(redis, rows, run);
  } finally {
    await place.drop();
    rmSync(path);
  }
}

async function sendAll(
  place: BatchPlace,
  redis: BenchRedis,
  path: string,
  rows: number,
): Promise<Run> {
  const usedBefore = await redis.usedMemoryBytes();
  const { id } = await recordBatch(place, path, { maxInFlight: 0 });
  const leader = await startRole('leader', place);
  const begunAt = performance.now();
  await batchWhen(place, id, ({ sentIndex }) => sentIndex >= rows / 5);
  const earlyPeakMiB = leader.peakMiB();
  const batch = await batchWhen(place, id, ({ sentIndex }) => sentIndex >= rows);
  const seconds = (performance.now() - begunAt) / 1_000;
  const peakMiB = leader.peakMiB();
  const bytesPerTask = ((await redis.usedMemoryBytes()) - usedBefore) / rows;
  await leader.stop();
  await checkQueued(redis, rows, batch.created);
  return { seconds, earlyPeakMiB, peakMiB, bytesPerTask };
}

/** The leader's sweeper may have sent a task again that it took for lost: then this fails. */
async function checkQueued(redis: BenchRedis, rows: number, created: number): Promise<void> {
  const side = await openMillrace(redis, ['default']);
  const queued = await side.left().finally(() => side.close());
  if (created === rows && queued === rows) return;
  throw new Error(`of ${rows} rows ${created} were recorded and ${queued} queued`);
}

function figuresOf(redis: BenchRedis, rows: number, run: Run): Figure[] {
  const { chunkSize } = batchDefaults;
  const knobs = { rows, chunkSize, maxInFlight: 0, ...redis.facts };
  const { seconds, earlyPeakMiB, peakMiB, bytesPerTask } = run;
  const named = rows.toLocaleString('en');
  return [
    figureOf([seconds], {
      label: `${named} rows recorded and sent`,
      unit: 's',
      target: { atMost: 120 },
      knobs,
      beside: { rowsPerSecond: Math.round(rows / seconds) },
    }),
    figureOf([peakMiB], { label: `its leader's peak memory`, unit: 'MiB', knobs }),
    figureOf([peakMiB / earlyPeakMiB], {
      label: `its leader's peak memory, at the end over at a fifth`,
      unit: 'ratio',
      target: { atMost: 1.25 },
      knobs,
      beside: { earlyPeakMiB: Math.round(earlyPeakMiB) },
    }),
    figureOf([bytesPerTask], { label: 'memory of a waiting task in Redis', unit: 'bytes', knobs }),
  ];
}
