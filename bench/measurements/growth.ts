/** Measures how the time of a batch grows with its size and with what is beside it. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { resolveBenchSettings } from '../bench-context.ts';
import { type BenchRedis, startBenchRedis } from '../bench-redis.ts';
import { fillStore } from '../dashboard/fill-store.ts';
import { type GrowthCase, type GrowthSize, growthCases } from '../growth/growth-case.ts';
import type { GrowthResult, GrowthRun } from '../growth/growth-program.ts';
import { type Curve, drawCurves } from '../growth/plot.ts';
import { type Bench, type Figure, type Measurement, median, toFigure } from '../measurement.ts';
import { runProgram } from '../run-program.ts';
import { writeItems } from '../write-items.ts';
import { runOverRedis } from './queue-durable.ts';

/** The measurement. It draws its curves into `docs/pictures/growth.svg`. */
export const growth: Measurement = {
  name: 'growth',
  about:
    'how the time of a batch grows with its size, and with what else the app and the database hold',
  isLong: true,

  async measure(bench) {
    const redis = await startBenchRedis();
    try {
      const curves: Curve[] = [];
      for (const each of growthCases) curves.push(await measureCase(bench, redis, each));
      if (!bench.quick) writeFileSync(picture, drawCurves(curves));
      return curves.flatMap(toFigures);
    } finally {
      await redis.stop();
    }
  },
};

const picture = fileURLToPath(new URL('../../docs/pictures/growth.svg', import.meta.url));

/** Above this, the time grows faster than n log n: 4^1.25 is 4 × log 4n / log n for small n. */
const growingExponentMax = 1.25;

/** What stays beside a thousand times as much of something may cost a quarter more. */
const stayingRatioMax = 1.25;

async function measureCase(bench: Bench, redis: BenchRedis, each: GrowthCase): Promise<Curve> {
  const points = [];
  for (const size of bench.quick ? each.sizes.slice(0, 2) : each.sizes) {
    const rounds: number[] = [];
    for (let index = 0; index < (bench.quick ? 1 : 3); index += 1) {
      rounds.push(await measureSize(bench, redis, size));
    }
    bench.log(`${size.size.toLocaleString('en')} ${each.of}: ${median(rounds).toFixed(3)} s`);
    points.push({ size: size.size, executions: size.executions, rounds });
  }
  return { case: each, points };
}

/** Returns the seconds of one batch on fresh services. */
async function measureSize(bench: Bench, redis: BenchRedis, size: GrowthSize): Promise<number> {
  const { executions, payloadBytes = 0, workers, ended = 0 } = size;
  const path = join(bench.folder, 'growth.jsonl');
  await writeItems(path, executions, payloadBytes);
  if (workers !== undefined) {
    const { concurrency } = resolveBenchSettings({});
    const load = { path, count: executions, concurrency, workers };
    const { executionsPerSecond } = await runOverRedis(bench, redis, load);
    return executions / executionsPerSecond;
  }
  const database = await bench.databases.createDatabase();
  try {
    const log = () => {};
    if (ended > 0) await fillStore({ url: database.url, rows: ended, folder: bench.folder, log });
    const { states = 3, machines = 1, queues = 1, sleeping = 0 } = size;
    const run: GrowthRun = {
      path,
      states,
      machines,
      queues,
      sleeping,
      postgresUrl: database.url,
    };
    const program = new URL('../growth/growth-program.ts', import.meta.url);
    return ((await runProgram(program, [JSON.stringify(run)])) as GrowthResult).seconds;
  } finally {
    await database.drop();
  }
}

/** The seconds at each size, and how they grow from the second size to the last. */
function toFigures({ case: { name, of, work }, points }: Curve): Figure[] {
  const seconds = points.map(({ size, executions, rounds }) =>
    toFigure(rounds, {
      label: `${name}: ${size.toLocaleString('en')} ${of}`,
      unit: 's',
      knobs: { executions },
    }),
  );
  const [before, last] = points.slice(-2);
  if (before === undefined || last === undefined) return seconds;
  const times = last.size / before.size;
  const ratios = last.rounds.map((value, index) => value / (before.rounds[index] ?? Number.NaN));
  const knobs = { from: before.size, to: last.size };
  const grown =
    work === 'grows'
      ? toFigure(
          ratios.map((ratio) => Math.log(ratio) / Math.log(times)),
          {
            label: `${name}: exponent of the growth`,
            unit: 'exponent',
            knobs,
            target: { atMost: growingExponentMax },
          },
        )
      : toFigure(ratios, {
          label: `${name}: the last size over the one before`,
          unit: 'ratio',
          knobs,
          target: { atMost: stayingRatioMax },
        });
  return [...seconds, grown];
}
