/**
 * Measures the latency of a task from its sending to the start of its handler while the queue is
 * not busy: an open loop sends at a fixed rate, whether or not earlier tasks have been delivered.
 */
import { setTimeout } from 'node:timers/promises';
import type { BenchRedis } from '../bench-redis.ts';
import { type Bench, type Figure, toFigure } from '../measurement.ts';
import { DeliveryCheck, type QueueSide, type SideName, sideNames, taskIds } from '../queue-side.ts';
import { sideOpeners } from '../side-openers.ts';

const perSecond = 200;

const concurrency = 100;

/** The latencies of one side in one round, in milliseconds. */
interface Latencies {
  readonly p50: number;
  readonly p99: number;
  readonly knobs: QueueSide['knobs'];
}

/** Measures the median and the 99th percentile of both sides, in turns. */
export async function measureLatency(bench: Bench, redis: BenchRedis): Promise<Figure[]> {
  const tasks = perSecond * (bench.quick ? 2 : 20);
  const rounds: Record<SideName, Latencies[]> = { Millrace: [], BullMQ: [] };
  for (const name of sideNames) await runSide(redis, name, perSecond);
  for (let index = 0; index < (bench.quick ? 1 : 5); index += 1) {
    for (const name of sideNames) {
      const latencies = await runSide(redis, name, tasks);
      bench.log(`${name}: p50 ${latencies.p50.toFixed(2)} ms, p99 ${latencies.p99.toFixed(2)} ms`);
      rounds[name].push(latencies);
    }
  }
  return sideNames.flatMap((name) => createFigures(redis, name, rounds[name], tasks));
}

function createFigures(
  redis: BenchRedis,
  name: SideName,
  rounds: readonly Latencies[],
  tasks: number,
): Figure[] {
  const knobs = { tasks, perSecond, concurrency, ...rounds[0]?.knobs, ...redis.facts };
  return (['p50', 'p99'] as const).map((percentile) =>
    toFigure(
      rounds.map((each) => each[percentile]),
      { label: `from sent to begun, ${percentile}: ${name}`, unit: 'ms', knobs },
    ),
  );
}

async function runSide(redis: BenchRedis, name: SideName, tasks: number): Promise<Latencies> {
  await redis.empty();
  const side = await sideOpeners[name](redis, ['default']);
  try {
    const ids = taskIds(tasks);
    const deliveries = new DeliveryCheck();
    const startedAt = new Map<string, number>();
    const consumer = await side.consume(concurrency, async (id) => {
      deliveries.record(id);
      startedAt.set(id, performance.now());
    });
    const sentAt = await sendSteadily(side, ids);
    await consumer.finished(tasks);
    await consumer.stop();
    deliveries.check(name, ids);
    return {
      ...percentiles(ids.map((id, i) => (startedAt.get(id) ?? 0) - (sentAt[i] ?? 0))),
      knobs: side.knobs,
    };
  } finally {
    await side.close();
  }
}

/** Sends one task after another at `perSecond`. Returns when each was sent. */
async function sendSteadily(side: QueueSide, ids: readonly string[]): Promise<number[]> {
  const prepared = side.prepare(ids);
  const sentAt: number[] = [];
  const sending: Promise<void>[] = [];
  const startAt = performance.now();
  while (sending.length < ids.length) {
    const nextAt = startAt + (sending.length / perSecond) * 1_000;
    if (nextAt > performance.now()) await setTimeout(nextAt - performance.now());
    sentAt.push(performance.now());
    sending.push(prepared.sendOne(sending.length));
  }
  await Promise.all(sending);
  return sentAt;
}

function percentiles(values: readonly number[]): { readonly p50: number; readonly p99: number } {
  const sorted = [...values].sort((a, b) => a - b);
  const at = (fraction: number) => sorted[Math.ceil(sorted.length * fraction) - 1] ?? Number.NaN;
  return { p50: at(0.5), p99: at(0.99) };
}
