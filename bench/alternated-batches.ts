/**
 * Compares two settings of a durable batch in one process: a batch of each, on a database of its
 * own, is run in parts, and the parts alternate. What slows the machine for longer than a part
 * slows both, so the ratio is steadier than that of two batches that run one after the other.
 */
import type { BenchSettings } from './bench-context.ts';
import type { Database } from './databases.ts';
import { DurableBatch, type PartTime } from './durable-run.ts';
import { type Bench, type Figure, median, toFigure } from './measurement.ts';

/** What is compared, and in which steps. */
export interface Comparison {
  /** The settings whose cost is measured, and those without. */
  readonly settings: { readonly measured: BenchSettings; readonly base: BenchSettings };
  /** What `measured` has, such as "figures". */
  readonly what: string;
  readonly executions: number;
  /** Executions of a part. */
  readonly part: number;
  readonly target: NonNullable<Figure['target']>;
}

/** A part with the measured settings and one without. */
interface Pair {
  readonly measured: PartTime;
  readonly base: PartTime;
}

/** Measures the rate with the measured settings, of the rate without. */
export async function compareInParts(
  bench: Bench,
  database: Database,
  comparison: Comparison,
): Promise<Figure[]> {
  const pairs = await runPairs(database, comparison);
  const { executions, part, target, what } = comparison;
  const knobs = { executions, part, pairs: pairs.length };
  const total = (which: keyof Pair, of: keyof PartTime) =>
    pairs.reduce((sum, pair) => sum + pair[which][of], 0);
  const cpu = (which: keyof Pair) => Math.round(total(which, 'cpuMicroseconds') / executions);
  const rate = (which: keyof Pair) => executions / total(which, 'seconds');
  const ratios = pairs.map(({ measured, base }) => base.seconds / measured.seconds);
  const rates = `${Math.round(rate('measured'))} with, ${Math.round(rate('base'))} without`;
  const lowest = Math.min(...ratios).toFixed(2);
  const highest = Math.max(...ratios).toFixed(2);
  bench.log(`${database.name}: ${rates}; ratio ${median(ratios).toFixed(3)}, ${lowest}–${highest}`);
  return [
    toFigure(ratios, {
      label: `${database.name}: with ${what}, of without`,
      unit: 'ratio',
      knobs,
      target,
      beside: {
        executionsPerSecondWith: Math.round(rate('measured')),
        executionsPerSecondWithout: Math.round(rate('base')),
        cpuMicrosecondsPerExecutionWith: cpu('measured'),
        cpuMicrosecondsPerExecutionWithout: cpu('base'),
      },
    }),
  ];
}

/** Runs the parts: the measured one first in every other pair. The first pair only warms up. */
async function runPairs(database: Database, comparison: Comparison): Promise<Pair[]> {
  const { executions, part, settings } = comparison;
  const [first, second] = [await database.openFresh(), await database.openFresh()];
  try {
    const measured = await DurableBatch.prepare(first.store, executions + part, settings.measured);
    const base = await DurableBatch.prepare(second.store, executions + part, settings.base);
    const pairs: Pair[] = [];
    for (let index = 0; index <= executions / part; index += 1) {
      if (index % 2 === 0) {
        const time = await measured.run(part);
        pairs.push({ measured: time, base: await base.run(part) });
      } else {
        const time = await base.run(part);
        pairs.push({ measured: await measured.run(part), base: time });
      }
    }
    await measured.check();
    await base.check();
    return pairs.slice(1);
  } finally {
    await first.drop();
    await second.drop();
  }
}
