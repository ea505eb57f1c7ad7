import type { BenchSettings } from '../bench-context.ts';
import type { Database } from '../databases.ts';
import { type DurableRun, runDurableBatch } from '../durable-run.ts';
import { type Bench, type Figure, type Measurement, median, toFigure } from '../measurement.ts';

/**
 * Measures what figures cost: a durable batch with them against one without. Each pair of rounds
 * runs both on fresh databases, and pairs alternate in which comes first, so that a machine that
 * becomes slower or faster meanwhile does not favour one of them.
 */
export const figures: Measurement = {
  name: 'figures',
  about: 'executions of a 3-task machine with counts by state and series, against none of them',

  async measure(bench) {
    const { pglite, postgres } = bench.databases;
    const measured: Figure[] = [];
    for (const database of [pglite, postgres]) {
      await runBatch(database, 1_000, 'on');
      measured.push(...(await measureDatabase(bench, database)));
    }
    return measured;
  },
};

const targets = { PGlite: { atLeast: 0.95 }, PostgreSQL: { atLeast: 0.97 } } as const;

/** A batch with figures and one without, run one after the other. */
interface Pair {
  readonly on: DurableRun;
  readonly off: DurableRun;
}

async function measureDatabase(bench: Bench, database: Database): Promise<Figure[]> {
  const executions = bench.quick ? 2_000 : 20_000;
  const pairs: Pair[] = [];
  for (let index = 0; index < (bench.quick ? 1 : 6); index += 1) {
    const pair = await runPair(database, executions, index % 2 === 0);
    const ratio = rateRatio(pair).toFixed(3);
    const rates = [pair.on, pair.off].map((run) => Math.round(run.executionsPerSecond));
    bench.log(`${database.name}: ${rates.join(' with, ')} without, ratio ${ratio}`);
    pairs.push(pair);
  }
  const knobs = { executions, pairs: pairs.length };
  const rates = (which: keyof Pair) => pairs.map((pair) => pair[which].executionsPerSecond);
  const cpu = (which: keyof Pair) =>
    Math.round(median(pairs.map((pair) => pair[which].cpuMicrosecondsPerExecution)));
  return [
    toFigure(pairs.map(rateRatio), {
      label: `${database.name}: with figures, of without`,
      unit: 'ratio',
      knobs,
      target: targets[database.name],
      beside: {
        cpuMicrosecondsPerExecutionWith: cpu('on'),
        cpuMicrosecondsPerExecutionWithout: cpu('off'),
      },
    }),
    toFigure(rates('on'), { label: `${database.name}: with figures`, unit: 'executions/s', knobs }),
    toFigure(rates('off'), { label: `${database.name}: without`, unit: 'executions/s', knobs }),
  ];
}

async function runPair(database: Database, executions: number, onFirst: boolean): Promise<Pair> {
  if (onFirst) {
    const on = await runBatch(database, executions, 'on');
    return { on, off: await runBatch(database, executions, 'off') };
  }
  const off = await runBatch(database, executions, 'off');
  return { on: await runBatch(database, executions, 'on'), off };
}

async function runBatch(
  database: Database,
  executions: number,
  measure: NonNullable<BenchSettings['measure']>,
): Promise<DurableRun> {
  const { store, drop } = await database.openFresh();
  return await runDurableBatch(store, executions, { measure }).finally(drop);
}

function rateRatio({ on, off }: Pair): number {
  return on.executionsPerSecond / off.executionsPerSecond;
}
