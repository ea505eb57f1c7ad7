/**
 * Durable executions a second when a leader and two workers are processes of their own, over Redis
 * and PostgreSQL: from the leader's start to the end of the whole batch, its fan-out included.
 */
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { batchDefaults } from '../../lib/batch/batch-options.ts';
import { type BatchPlace, batchWhen, openBatchPlace, recordBatch } from '../batch-place.ts';
import { writeItems } from '../item-file.ts';
import { type Bench, type Figure, figureOf, median, type Target } from '../measurement.ts';
import { settingsOf } from '../new-world.ts';
import { checkAllSucceeded, checkHistories } from '../prepared-batch.ts';
import type { BenchRedis } from '../redis.ts';
import { type RoleChild, startRole } from '../role-child.ts';
import { inputOf } from '../three-tasks.ts';

const workers = 2;

/** What one round showed. */
interface Round {
  readonly executionsPerSecond: number;
  readonly leaderCpuSeconds: number;
  /** Of all workers together. */
  readonly workerCpuSeconds: number;
}

/** The rate with the defaults, and with more executions at once. */
export async function measureDurable(bench: Bench, redis: BenchRedis): Promise<Figure[]> {
  const count = bench.quick ? 2_000 : 50_000;
  const path = join(bench.folder, 'queue-durable.jsonl');
  await writeItems(path, count);
  const { concurrency } = settingsOf({});
  const figures = [
    await measureRow(bench, redis, { path, count, concurrency }, { atLeast: 2_500 }),
    await measureRow(bench, redis, { path, count, concurrency: 2 * concurrency }),
  ];
  rmSync(path);
  return figures;
}

interface Load {
  readonly path: string;
  readonly count: number;
  readonly concurrency: number;
}

async function measureRow(
  bench: Bench,
  redis: BenchRedis,
  load: Load,
  target?: Target,
): Promise<Figure> {
  const rounds: Round[] = [];
  for (let index = 0; index < (bench.quick ? 1 : 3); index += 1) {
    const round = await runRound(bench, redis, load);
    const rate = Math.round(round.executionsPerSecond);
    bench.say(`leader and ${workers} workers of ${load.concurrency}: ${rate} executions/s`);
    rounds.push(round);
  }
  const middle = (value: (round: Round) => number) =>
    Math.round((1e6 * median(rounds.map(value))) / load.count);
  return figureOf(
    rounds.map(({ executionsPerSecond }) => executionsPerSecond),
    {
      label: `durable, leader and ${workers} workers of ${load.concurrency}`,
      unit: 'executions/s',
      knobs: { ...knobsOf(load), ...redis.facts },
      beside: {
        leaderCpuMicrosecondsPerExecution: middle((round) => round.leaderCpuSeconds),
        workerCpuMicrosecondsPerExecution: middle((round) => round.workerCpuSeconds),
      },
      ...(target !== undefined && { target }),
    },
  );
}

function knobsOf({ count, concurrency }: Load): Readonly<Record<string, number>> {
  const { leaseMs } = settingsOf({});
  const { maxInFlight, chunkSize } = batchDefaults;
  const inputBytes = JSON.stringify(inputOf(0)).length;
  return { executions: count, workers, concurrency, leaseMs, maxInFlight, chunkSize, inputBytes };
}

async function runRound(bench: Bench, redis: BenchRedis, load: Load): Promise<Round> {
  const place = await openBatchPlace(bench, redis);
  try {
    const working: RoleChild[] = [];
    for (let index = 0; index < workers; index += 1) {
      working.push(await startRole('worker', place, load.concurrency));
    }
    const batch = await recordBatch(place, load.path);
    const leading = await startRole('leader', place);
    const begunAt = performance.now();
    await batchWhen(place, batch.id, ({ status }) => status !== 'RUNNING');
    const seconds = (performance.now() - begunAt) / 1_000;

    const leaderCpuSeconds = await leading.stop();
    const cpuSeconds = await Promise.all(working.map((each) => each.stop()));
    await checkResult(place, batch.id, load.count);
    return {
      executionsPerSecond: load.count / seconds,
      leaderCpuSeconds,
      workerCpuSeconds: cpuSeconds.reduce((sum, each) => sum + each, 0),
    };
  } finally {
    await place.drop();
  }
}

/** How many executions' histories are looked through. */
const sampleSize = 100;

async function checkResult({ app }: BatchPlace, batchId: string, count: number): Promise<void> {
  const { store } = app.drivers;
  await checkAllSucceeded(store, batchId, count);
  const page = await store.listExecutions({ batchId }, { limit: sampleSize });
  await checkHistories(
    store,
    page.entries.map(({ id }) => id),
  );
}
