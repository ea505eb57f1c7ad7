/**
 * Measures durable executions a second of a leader and two workers in separate processes, over
 * Redis and PostgreSQL: from the start of the leader to the end of the batch, fan-out included.
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
import { resolveBenchSettings } from '../bench-context.ts';
import type { BenchRedis } from '../bench-redis.ts';
import { type Bench, type Figure, median, type Target, toFigure } from '../measurement.ts';
import { checkAllSucceeded, checkHistories } from '../prepared-batch.ts';
import { type RoleProcess, startRole } from '../role-process.ts';
import { createInput } from '../three-tasks.ts';
import { writeItems } from '../write-items.ts';

const workers = 2;

/** The result of one round. */
export interface DurableRound {
  readonly executionsPerSecond: number;
  readonly leaderCpuSeconds: number;
  /** CPU time of all workers together. */
  readonly workerCpuSeconds: number;
}

/** Measures the rate with the default concurrency and with twice that. */
export async function measureDurable(bench: Bench, redis: BenchRedis): Promise<Figure[]> {
  const count = bench.quick ? 2_000 : 50_000;
  const path = join(bench.folder, 'queue-durable.jsonl');
  await writeItems(path, count);
  const { concurrency } = resolveBenchSettings({});
  const figures = [
    await measureRow(bench, redis, { path, count, concurrency }, { atLeast: 2_500 }),
    await measureRow(bench, redis, { path, count, concurrency: 2 * concurrency }),
  ];
  rmSync(path);
  return figures;
}

/** The items of a round, and the concurrency of each worker. */
export interface DurableLoad {
  readonly path: string;
  readonly count: number;
  readonly concurrency: number;
  /** Worker processes. @default 2 */
  readonly workers?: number;
}

async function measureRow(
  bench: Bench,
  redis: BenchRedis,
  load: DurableLoad,
  target?: Target,
): Promise<Figure> {
  const rounds: DurableRound[] = [];
  for (let index = 0; index < (bench.quick ? 1 : 3); index += 1) {
    const round = await runOverRedis(bench, redis, load);
    const rate = Math.round(round.executionsPerSecond);
    bench.log(`leader and ${workers} workers of ${load.concurrency}: ${rate} executions/s`);
    rounds.push(round);
  }
  const medianMicroseconds = (value: (round: DurableRound) => number) =>
    Math.round((1e6 * median(rounds.map(value))) / load.count);
  return toFigure(
    rounds.map(({ executionsPerSecond }) => executionsPerSecond),
    {
      label: `durable, leader and ${workers} workers of ${load.concurrency}`,
      unit: 'executions/s',
      knobs: { ...describeLoad(load), ...redis.facts },
      beside: {
        leaderCpuMicrosecondsPerExecution: medianMicroseconds((round) => round.leaderCpuSeconds),
        workerCpuMicrosecondsPerExecution: medianMicroseconds((round) => round.workerCpuSeconds),
      },
      ...(target !== undefined && { target }),
    },
  );
}

function describeLoad({ count, concurrency }: DurableLoad): Readonly<Record<string, number>> {
  const { leaseMs } = resolveBenchSettings({});
  const { maxInFlight, chunkSize } = batchDefaults;
  const inputBytes = JSON.stringify(createInput(0)).length;
  return { executions: count, workers, concurrency, leaseMs, maxInFlight, chunkSize, inputBytes };
}

/**
 * Runs one batch with a leader and workers. Throws unless every execution ends SUCCEEDED exactly
 * once.
 */
export async function runOverRedis(
  bench: Bench,
  redis: BenchRedis,
  load: DurableLoad,
): Promise<DurableRound> {
  const environment = await openBatchEnvironment(bench, redis);
  try {
    const workerProcesses: RoleProcess[] = [];
    for (let index = 0; index < (load.workers ?? workers); index += 1) {
      workerProcesses.push(await startRole('worker', environment, load.concurrency));
    }
    const batch = await recordBatch(environment, load.path);
    const leader = await startRole('leader', environment);
    const startedAt = performance.now();
    await waitForBatch(environment, batch.id, ({ status }) => status !== 'RUNNING');
    const seconds = (performance.now() - startedAt) / 1_000;

    const leaderCpuSeconds = await leader.stop();
    const cpuSeconds = await Promise.all(workerProcesses.map((each) => each.stop()));
    await checkResult(environment, batch.id, load.count);
    return {
      executionsPerSecond: load.count / seconds,
      leaderCpuSeconds,
      workerCpuSeconds: cpuSeconds.reduce((sum, each) => sum + each, 0),
    };
  } finally {
    await environment.drop();
  }
}

/** Number of executions whose histories are checked. */
const sampleSize = 100;

async function checkResult(
  { app }: BatchEnvironment,
  batchId: string,
  count: number,
): Promise<void> {
  const { store } = app.drivers;
  await checkAllSucceeded(store, batchId, count);
  const page = await store.listExecutions({ batchId }, { limit: sampleSize });
  await checkHistories(
    store,
    page.entries.map(({ id }) => id),
  );
}
