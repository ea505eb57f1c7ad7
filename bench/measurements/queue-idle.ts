/**
 * Measures the cost of idle workers in commands a minute: all kinds of worker at the same time,
 * each on its own Redis database.
 */
import { setTimeout } from 'node:timers/promises';
import { defaultWeights } from '../../lib/roles/delivery/priority-picker.ts';
import { startUpstash } from '../../test/support/upstash-server.ts';
import type { BenchRedis, CommandCount } from '../bench-redis.ts';
import { type Bench, type Figure, toFigure } from '../measurement.ts';
import { openMillraceSideAt } from '../millrace-side.ts';
import { type QueueSide, type SideName, sideNames } from '../queue-side.ts';
import { sideOpeners } from '../side-openers.ts';

/** A worker without tasks. */
interface IdleWorker {
  readonly label: string;
  readonly side: QueueSide;
  /** Number of commands that the worker has sent. */
  sent(counts: ReadonlyMap<number, CommandCount>): number;
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
    await startIdleWorker(redis, 'Millrace', queueNames, 1),
    await startIdleWorker(redis, 'BullMQ', queueNames, 2),
    await startIdleWorker(redis, 'Millrace', [first], 3),
    await startIdleWorker(redis, 'BullMQ', [first], 4),
    await startIdleRestWorker(redis, queueNames),
  ];
  const [settle, count] = bench.quick ? [1_000, 2_000] : [settleMs, countMs];
  bench.log(`${workers.length} workers idle for ${(settle + count) / 1_000} s`);
  await setTimeout(settle);
  const stopCounting = await redis.countCommands();
  const sentBefore = workers.map((worker) => worker.sent(new Map()));
  await setTimeout(count);
  const counts = stopCounting();
  const perMinute = workers.map(
    (worker, index) => ((worker.sent(counts) - (sentBefore[index] ?? 0)) * 60_000) / count,
  );
  await Promise.all(workers.map((worker) => worker.stop()));
  return createFigures(redis, workers, perMinute);
}

async function startIdleWorker(
  redis: BenchRedis,
  name: SideName,
  queues: readonly string[],
  database: number,
): Promise<IdleWorker> {
  const side = await sideOpeners[name](redis, queues, database);
  const consumer = await side.consume(concurrency, rejectTask);
  return {
    label: labelOf(name, queues.length),
    side,
    sent: (counts) => counts.get(database)?.sent ?? 0,
    stop: async () => {
      await consumer.stop();
      await side.close();
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
    sent: () => rest.commands.length,
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
