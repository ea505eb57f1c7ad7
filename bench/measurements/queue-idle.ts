/**
 * What an idle worker costs: commands a minute that it sends while nothing comes, all kinds of
 * worker side by side, each in a database of its own.
 */
import { setTimeout } from 'node:timers/promises';
import { defaultWeights } from '../../lib/roles/delivery/priority-picker.ts';
import { startUpstash } from '../../test/support/upstash-server.ts';
import { type Bench, type Figure, figureOf } from '../measurement.ts';
import { openSide } from '../millrace-side.ts';
import { openers } from '../queue-openers.ts';
import { type QueueSide, type SideName, sideNames } from '../queue-side.ts';
import type { BenchRedis, CommandCount } from '../redis.ts';

/** A worker that waits. */
interface Idler {
  readonly label: string;
  readonly side: QueueSide;
  /** Commands sent, of those that were counted. */
  sent(counts: ReadonlyMap<number, CommandCount>): number;
  stop(): Promise<void>;
}

const queueNames = Object.keys(defaultWeights);

const concurrency = 100;

/** Connecting, and patience that grows, come before what is counted; in milliseconds. */
const settleMs = 60_000;

const countedMs = 120_000;

/** See this file's head. */
export async function measureIdle(bench: Bench, redis: BenchRedis): Promise<Figure[]> {
  await redis.empty();
  const [first = ''] = queueNames;
  const idlers = [
    await idlerOver(redis, 'Millrace', queueNames, 1),
    await idlerOver(redis, 'BullMQ', queueNames, 2),
    await idlerOver(redis, 'Millrace', [first], 3),
    await idlerOver(redis, 'BullMQ', [first], 4),
    await idlerOverRest(redis, queueNames),
  ];
  const [settle, counted] = bench.quick ? [1_000, 2_000] : [settleMs, countedMs];
  bench.say(`${idlers.length} workers idle for ${(settle + counted) / 1_000} s`);
  await setTimeout(settle);
  const stopCounting = await redis.countCommands();
  const restBefore = idlers.map((idler) => idler.sent(new Map()));
  await setTimeout(counted);
  const counts = stopCounting();
  const perMinute = idlers.map(
    (idler, index) => ((idler.sent(counts) - (restBefore[index] ?? 0)) * 60_000) / counted,
  );
  await Promise.all(idlers.map((idler) => idler.stop()));
  return figuresOf(redis, idlers, perMinute);
}

async function idlerOver(
  redis: BenchRedis,
  name: SideName,
  queues: readonly string[],
  database: number,
): Promise<Idler> {
  const side = await openers[name](redis, queues, database);
  const consumer = await side.consume(concurrency, noTask);
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

async function idlerOverRest(redis: BenchRedis, queues: readonly string[]): Promise<Idler> {
  const rest = await startUpstash(redis.server);
  const side = await openSide(rest.url, queues, rest.token);
  const consumer = await side.consume(concurrency, noTask);
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

/** Nothing was sent. */
async function noTask(id: string): Promise<void> {
  throw new Error(`an idle worker was given ${id}`);
}

function labelOf(name: string, queues: number): string {
  return `idle, ${queues} ${queues === 1 ? 'queue' : 'queues'}: ${name}`;
}

function figuresOf(
  redis: BenchRedis,
  idlers: readonly Idler[],
  perMinute: readonly number[],
): Figure[] {
  const figures = idlers.map(({ label, side }, index) =>
    figureOf([perMinute[index] ?? Number.NaN], {
      label,
      unit: 'commands/min',
      knobs: { concurrency, ...side.knobs, ...redis.facts },
    }),
  );
  const [ours, theirs] = sideNames.map((name) => {
    const label = labelOf(name, queueNames.length);
    return figures.find((figure) => figure.label === label)?.value ?? Number.NaN;
  });
  const ratio = figureOf([(ours ?? Number.NaN) / (theirs ?? Number.NaN)], {
    label: labelOf('Millrace over BullMQ', queueNames.length),
    unit: 'ratio',
    target: { atMost: 1 },
    knobs: { concurrency, ...redis.facts },
  });
  return [...figures, ratio];
}
