/**
 * Tasks a second into the queue and out of it, Millrace and BullMQ in turns, on the same Redis. One
 * round empties Redis, sends all tasks in bulk, and consumes them with a handler that does nothing.
 */
import { type Bench, type Figure, figureOf, median, type Target } from '../measurement.ts';
import { openers } from '../queue-openers.ts';
import { type Calls, Deliveries, payloadBytes, type SideName, taskIds } from '../queue-side.ts';
import type { BenchRedis } from '../redis.ts';

/** What a row of figures is taken with. */
interface Load {
  readonly tasks: number;
  readonly concurrency: number;
  readonly calls: Readonly<Record<SideName, Calls>>;
}

/** What one side did in one round. */
interface Rates {
  /** Tasks a second. */
  readonly sent: number;
  /** Tasks a second. */
  readonly consumed: number;
  /** What a waiting task took in Redis. */
  readonly bytesPerTask: number;
  readonly knobs: Readonly<Record<string, string | number>>;
}

type Round = Readonly<Record<SideName, Rates>>;

/** BullMQ's own benchmark sends 50 a call; both are tried, and the better one is measured. */
const chunkSizes = Object.freeze({ few: 50, many: 1_000 });

/** All figures of throughput. */
export async function measureThroughput(bench: Bench, redis: BenchRedis): Promise<Figure[]> {
  const tasks = bench.quick ? 2_000 : 100_000;
  const chunkSize = await bestChunkSize(redis, tasks / 5);
  const calls = (atOnce: number): Load['calls'] => ({
    Millrace: { chunkSize: chunkSizes.many, atOnce },
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

/** The one that BullMQ sends faster with, both tried by a process that is warm. */
async function bestChunkSize(redis: BenchRedis, tasks: number): Promise<number> {
  const rateWith = async (chunkSize: number) => {
    const calls = { chunkSize, atOnce: 1 };
    const load = { tasks, concurrency: 100, calls: { Millrace: calls, BullMQ: calls } };
    return (await runSide(redis, 'BullMQ', load)).sent;
  };
  await rateWith(chunkSizes.few);
  const few = await rateWith(chunkSizes.few);
  return (await rateWith(chunkSizes.many)) > few ? chunkSizes.many : chunkSizes.few;
}

/** A short round to warm up, then those that count. */
async function measureRounds(bench: Bench, redis: BenchRedis, load: Load): Promise<Round[]> {
  await measureRound(redis, { ...load, tasks: load.tasks / 5 });
  const rounds: Round[] = [];
  for (let index = 0; index < (bench.quick ? 1 : 5); index += 1) {
    const round = await measureRound(redis, load);
    const texts = Object.entries(round).map(
      ([name, { sent, consumed }]) =>
        `${name} ${Math.round(sent)} tasks/s sent, ${Math.round(consumed)} consumed`,
    );
    bench.say(`concurrency ${load.concurrency}: ${texts.join('; ')}`);
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
  const side = await openers[name](redis, ['default']);
  try {
    const ids = taskIds(load.tasks);
    const prepared = side.prepare(ids);
    const usedBefore = await redis.usedMemoryBytes();
    const sentFrom = performance.now();
    await prepared.sendAll(load.calls[name]);
    const sendSeconds = secondsSince(sentFrom);
    const bytesPerTask = ((await redis.usedMemoryBytes()) - usedBefore) / load.tasks;
    const deliveries = new Deliveries();
    const handle = async (id: string) => deliveries.note(id);
    const begunAt = performance.now();
    const consumer = await side.consume(load.concurrency, handle);
    await consumer.finished(load.tasks);
    const consumeSeconds = secondsSince(begunAt);
    await consumer.stop();
    deliveries.check(name, ids);
    const left = await side.left();
    if (left > 0) throw new Error(`${name}: ${left} tasks are left that were said to be done`);
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

function secondsSince(begunAt: number): number {
  return (performance.now() - begunAt) / 1_000;
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

interface Compared {
  rates(name: SideName): number[];
  knobs(name: SideName): Readonly<Record<string, number>>;
  beside?(name: SideName): Readonly<Record<string, number>>;
  readonly target: Target | undefined;
}

/** One figure a side, and the ratio of the two, round by round. */
function compare(
  label: string,
  redis: BenchRedis,
  rounds: readonly Round[],
  { rates, knobs, beside, target }: Compared,
): Figure[] {
  const sides = (['Millrace', 'BullMQ'] as const).map((name) =>
    figureOf(rates(name), {
      label: `${label}: ${name}`,
      unit: 'tasks/s',
      knobs: { ...knobs(name), ...rounds[0]?.[name].knobs, ...redis.facts },
      ...(beside !== undefined && { beside: beside(name) }),
    }),
  );
  const theirs = rates('BullMQ');
  const ratio = figureOf(
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
