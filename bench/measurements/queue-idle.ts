/**
 * Measures the cost of idle workers in commands a minute: all kinds of worker at the same time,
 * each on a Redis server of its own, which counts what it receives.
 */
import { setTimeout } from 'node:timers/promises';
import { defaultWeights } from '../../lib/roles/delivery/priority-picker.ts';
import { startUpstash } from '../../test/support/upstash-server.ts';
import { type BenchRedis, startBenchRedis } from '../bench-redis.ts';
import { type Bench, type Figure, toFigure } from '../measurement.ts';
import { openMillraceSideAt } from '../millrace-side.ts';
import { type QueueSide, type SideName, sideNames } from '../queue-side.ts';
import { sideOpeners } from '../side-openers.ts';

/** A worker without tasks. */
interface IdleWorker {
  readonly label: string;
  readonly side: QueueSide;
  /** Number of commands that the worker has sent so far. */
  sent(): Promise<number>;
  stop(): Promise<void>;
}

const queueNames = Object.keys(defaultWeights);

const concurrency = 100;

/** Wait before counting, while workers connect and their poll intervals grow; in milliseconds. */
const settleMs = 60_000;

const countMs = 120_000;

/** Measures Millrace and BullMQ on one and three queues, and Millrace over REST. */
export async function measureIdle(bench: Bench, redis: BenchRedis): Promise<Figure[]> {
  await redis.empty();
  const [first = ''] = queueNames;
  const workers = [
    await startIdleWorker('Millrace', queueNames),
    await startIdleWorker('BullMQ', queueNames),
    await startIdleWorker('Millrace', [first]),
    await startIdleWorker('BullMQ', [first]),
    await startIdleRestWorker(redis, queueNames),
  ];
  const [settle, count] = bench.quick ? [1_000, 2_000] : [settleMs, countMs];
  bench.log(`${workers.length} workers idle for ${(settle + count) / 1_000} s`);
  await setTimeout(settle);
  const before = await Promise.all(workers.map((worker) => worker.sent()));
  await setTimeout(count);
  const after = await Promise.all(workers.map((worker) => worker.sent()));
  const perMinute = after.map((sent, index) => ((sent - (before[index] ?? 0)) * 60_000) / count);
  await Promise.all(workers.map((worker) => worker.stop()));
  return createFigures(redis, workers, perMinute);
}

async function startIdleWorker(name: SideName, queues: readonly string[]): Promise<IdleWorker> {
  const redis = await startBenchRedis();
  const side = await sideOpeners[name](redis, queues);
  const consumer = await side.consume(concurrency, rejectTask);
  return {
    label: labelOf(name, queues.length),
    side,
    sent: () => redis.countSent(),
    stop: async () => {
      await consumer.stop();
      await side.close();
      await redis.stop();
    },
  };
}

async function startIdleRestWorker(
  redis: BenchRedis,
  queues: readonly string[],
): Promise<IdleWorker> {
  const rest = await startUpstash(redis.server);
  const side = await openMillraceSideAt(rest.url, queues, rest.token);
  const consumer = await side.consume(concurrency, rejectTask);
  return {
    label: `idle, ${queues.length} queues, REST: Millrace`,
    side,
    sent: async () => rest.commands.length,
    stop: async () => {
      await consumer.stop();
      await side.close();
      await rest.stop();
    },
  };
}

/** Fails the measurement: no task is sent to an idle worker. */
async function rejectTask(id: string): Promise<void> {
  throw new Error(`an idle worker received ${id}`);
}

function labelOf(name: string, queues: number): string {
  return `idle, ${queues} ${queues === 1 ? 'queue' : 'queues'}: ${name}`;
}

function createFigures(
  redis: BenchRedis,
  workers: readonly IdleWorker[],
  perMinute: readonly number[],
): Figure[] {
  const figures = workers.map(({ label, side }, index) =>
    toFigure([perMinute[index] ?? Number.NaN], {
      label,
      unit: 'commands/min',
      knobs: { concurrency, ...side.knobs, ...redis.facts },
    }),
  );
  const [ours, theirs] = sideNames.map((name) => {
    const label = labelOf(name, queueNames.length);
    return figures.find((figure) => figure.label === label)?.value ?? Number.NaN;
  });
  const ratio = toFigure([(ours ?? Number.NaN) / (theirs ?? Number.NaN)], {
    label: labelOf('Millrace over BullMQ', queueNames.length),
    unit: 'ratio',
    target: { atMost: 1 },
    knobs: { concurrency, ...redis.facts },
  });
  return [...figures, ratio];
}
