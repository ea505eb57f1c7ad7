/**
 * Measures tasks a second into the queue and out of it, Millrace and BullMQ in turns, on the same
 * Redis. A round empties Redis, sends all tasks in bulk, and consumes them with a handler that does
 * nothing.
 */

import type { BenchRedis } from '../bench-redis.ts';
import { type Bench, type Figure, median, type Target, toFigure } from '../measurement.ts';
import {
  type BulkCalls,
  DeliveryCheck,
  payloadBytes,
  type SideName,
  taskIds,
} from '../queue-side.ts';
import { sideOpeners } from '../side-openers.ts';

/** The load of a row of figures. */
interface Load {
  readonly tasks: number;
  readonly concurrency: number;
  readonly calls: Readonly<Record<SideName, BulkCalls>>;
}

/** The result of one side in one round. */
interface Rates {
  /** Tasks sent a second. */
  readonly sent: number;
  /** Tasks consumed a second. */
  readonly consumed: number;
  /** Memory of a waiting task in Redis. */
  readonly bytesPerTask: number;
  readonly knobs: Readonly<Record<string, string | number>>;
}

type Round = Readonly<Record<SideName, Rates>>;

/** Tasks per call. BullMQ's own benchmark sends 50; the faster size for BullMQ is measured. */
const chunkSizes = Object.freeze({ small: 50, large: 1_000 });

/** Measures throughput at three levels of concurrency. */
export async function measureThroughput(bench: Bench, redis: BenchRedis): Promise<Figure[]> {
  const tasks = bench.quick ? 2_000 : 100_000;
  const chunkSize = await bestChunkSize(redis, tasks / 5);
  const calls = (atOnce: number): Load['calls'] => ({
    Millrace: { chunkSize: chunkSizes.large, atOnce },
    BullMQ: { chunkSize, atOnce },
  });
  const main = { tasks, concurrency: 100, calls: calls(1) };
  const several = { tasks, concurrency: 10, calls: calls(4) };
  const single = { tasks: tasks / 10, concurrency: 1, calls: calls(1) };
  const rounds = await measureRounds(bench, redis, main);
  const severalRounds = await measureRounds(bench, redis, several);
  const singleRounds = await measureRounds(bench, redis, single);
  return [
    ...sendFigures('enqueue', redis, main, rounds, { atLeast: 5 }),
    ...sendFigures('enqueue, 4 calls at once', redis, several, severalRounds),
    ...consumeFigures(redis, main, rounds, { atLeast: 4 }),
    ...consumeFigures(redis, several, severalRounds),
    ...consumeFigures(redis, single, singleRounds),
  ];
}

/** Returns the chunk size with which BullMQ sends faster, after a warm-up. */
async function bestChunkSize(redis: BenchRedis, tasks: number): Promise<number> {
  const rateWith = async (chunkSize: number) => {
    const calls = { chunkSize, atOnce: 1 };
    const load = { tasks, concurrency: 100, calls: { Millrace: calls, BullMQ: calls } };
    return (await runSide(redis, 'BullMQ', load)).sent;
  };
  await rateWith(chunkSizes.small);
  const small = await rateWith(chunkSizes.small);
  return (await rateWith(chunkSizes.large)) > small ? chunkSizes.large : chunkSizes.small;
}

/** Runs a short round as a warm-up, then the rounds that are measured. */
async function measureRounds(bench: Bench, redis: BenchRedis, load: Load): Promise<Round[]> {
  await measureRound(redis, { ...load, tasks: load.tasks / 5 });
  const rounds: Round[] = [];
  for (let index = 0; index < (bench.quick ? 1 : 5); index += 1) {
    const round = await measureRound(redis, load);
    const texts = Object.entries(round).map(
      ([name, { sent, consumed }]) =>
        `${name} ${Math.round(sent)} tasks/s sent, ${Math.round(consumed)} consumed`,
    );
    bench.log(`concurrency ${load.concurrency}: ${texts.join('; ')}`);
    rounds.push(round);
  }
  return rounds;
}

async function measureRound(redis: BenchRedis, load: Load): Promise<Round> {
  const Millrace = await runSide(redis, 'Millrace', load);
  return { Millrace, BullMQ: await runSide(redis, 'BullMQ', load) };
}

async function runSide(redis: BenchRedis, name: SideName, load: Load): Promise<Rates> {
  await redis.empty();
  const side = await sideOpeners[name](redis, ['default']);
  try {
    const ids = taskIds(load.tasks);
    const prepared = side.prepare(ids);
    const usedBefore = await redis.usedMemoryBytes();
    const sentFrom = performance.now();
    await prepared.sendAll(load.calls[name]);
    const sendSeconds = secondsSince(sentFrom);
    const bytesPerTask = ((await redis.usedMemoryBytes()) - usedBefore) / load.tasks;
    const deliveries = new DeliveryCheck();
    const handle = async (id: string) => deliveries.record(id);
    const startedAt = performance.now();
    const consumer = await side.consume(load.concurrency, handle);
    await consumer.finished(load.tasks);
    const consumeSeconds = secondsSince(startedAt);
    await consumer.stop();
    deliveries.check(name, ids);
    const remaining = await side.countRemaining();
    if (remaining > 0) throw new Error(`${name}: ${remaining} acknowledged tasks are still queued`);
    return {
      sent: load.tasks / sendSeconds,
      consumed: load.tasks / consumeSeconds,
      bytesPerTask,
      knobs: side.knobs,
    };
  } finally {
    await side.close();
  }
}

function secondsSince(startedAt: number): number {
  return (performance.now() - startedAt) / 1_000;
}

function sendFigures(
  label: string,
  redis: BenchRedis,
  load: Load,
  rounds: readonly Round[],
  target?: Target,
): Figure[] {
  const rates = (name: SideName) => rounds.map((round) => round[name].sent);
  const knobs = (name: SideName) => ({ tasks: load.tasks, payloadBytes, ...load.calls[name] });
  const beside = (name: SideName) => ({
    bytesPerTaskInRedis: Math.round(median(rounds.map((round) => round[name].bytesPerTask))),
  });
  return compare(label, redis, rounds, { rates, knobs, beside, target });
}

function consumeFigures(
  redis: BenchRedis,
  load: Load,
  rounds: readonly Round[],
  target?: Target,
): Figure[] {
  const { tasks, concurrency } = load;
  const rates = (name: SideName) => rounds.map((round) => round[name].consumed);
  const label = `receive and acknowledge, ${concurrency} at once`;
  const knobs = () => ({ tasks, concurrency, payloadBytes });
  return compare(label, redis, rounds, { rates, knobs, target });
}

interface ComparisonOptions {
  rates(name: SideName): number[];
  knobs(name: SideName): Readonly<Record<string, number>>;
  beside?(name: SideName): Readonly<Record<string, number>>;
  readonly target: Target | undefined;
}

/** Creates a figure for each side and one for their ratio in each round. */
function compare(
  label: string,
  redis: BenchRedis,
  rounds: readonly Round[],
  { rates, knobs, beside, target }: ComparisonOptions,
): Figure[] {
  const sides = (['Millrace', 'BullMQ'] as const).map((name) =>
    toFigure(rates(name), {
      label: `${label}: ${name}`,
      unit: 'tasks/s',
      knobs: { ...knobs(name), ...rounds[0]?.[name].knobs, ...redis.facts },
      ...(beside !== undefined && { beside: beside(name) }),
    }),
  );
  const theirs = rates('BullMQ');
  const ratio = toFigure(
    rates('Millrace').map((rate, index) => rate / (theirs[index] ?? Number.NaN)),
    {
      label: `${label}: Millrace over BullMQ`,
      unit: 'ratio',
      knobs: { ...knobs('Millrace'), ...redis.facts },
      ...(target !== undefined && { target }),
    },
  );
  return [...sides, ratio];
}
