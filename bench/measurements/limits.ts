import type { LimitsConfig } from '../../lib/roles/limits/limit-rules.ts';
import type { Database } from '../databases.ts';
import { type DurableRun, runDurableBatch } from '../durable-run.ts';
import { type Bench, type Figure, type Measurement, median, toFigure } from '../measurement.ts';

/**
 * Measures what limits cost: a durable batch whose machine has a limit for each key against one
 * without limits. Every execution has a key of its own, so that nothing waits and the ratio is the
 * price of asking. Pairs alternate in which comes first.
 */
export const limits: Measurement = {
  name: 'limits',
  about: 'executions of a 3-task machine with a limit for each of as many keys, against no limits',

  async measure(bench) {
    const { pglite, postgres } = bench.databases;
    const measured: Figure[] = [];
    for (const database of [pglite, postgres]) {
      await runBatch(database, 1_000, true);
      measured.push(...(await measureDatabase(bench, database)));
    }
    return measured;
  },
};

/** The limit of each key. */
const perKey: LimitsConfig = { concurrency: 2, per: '$.order' };

/** A batch with limits and one without, run one after the other. */
interface Pair {
  readonly limited: DurableRun;
  readonly free: DurableRun;
}

async function measureDatabase(bench: Bench, database: Database): Promise<Figure[]> {
  const keys = bench.rows ?? (bench.quick ? 2_000 : 100_000);
  const pairs: Pair[] = [];
  for (let index = 0; index < (bench.quick ? 1 : 3); index += 1) {
    const pair = await runPair(database, keys, index % 2 === 0);
    const rates = [pair.limited, pair.free].map((run) => Math.round(run.executionsPerSecond));
    const ratio = rateRatio(pair).toFixed(3);
    bench.log(`${database.name}: ${rates.join(' with, ')} without, ratio ${ratio}`);
    pairs.push(pair);
  }
  const knobs = { keys, executions: keys, pairs: pairs.length };
  const rates = (which: keyof Pair) => pairs.map((pair) => pair[which].executionsPerSecond);
  const cpu = (which: keyof Pair) =>
    Math.round(median(pairs.map((pair) => pair[which].cpuMicrosecondsPerExecution)));
  return [
    toFigure(pairs.map(rateRatio), {
      label: `${database.name}: with a limit per key, of without limits`,
      unit: 'ratio',
      knobs,
      target: { atLeast: 0.9 },
      beside: {
        cpuMicrosecondsPerExecutionWith: cpu('limited'),
        cpuMicrosecondsPerExecutionWithout: cpu('free'),
      },
    }),
    toFigure(rates('limited'), {
      label: `${database.name}: with a limit per key`,
      unit: 'executions/s',
      knobs,
    }),
    toFigure(rates('free'), { label: `${database.name}: without`, unit: 'executions/s', knobs }),
  ];
}

async function runPair(database: Database, keys: number, limitedFirst: boolean): Promise<Pair> {
  if (limitedFirst) {
    const limited = await runBatch(database, keys, true);
    return { limited, free: await runBatch(database, keys, false) };
  }
  const free = await runBatch(database, keys, false);
  return { limited: await runBatch(database, keys, true), free };
}

async function runBatch(
  database: Database,
  executions: number,
  isLimited: boolean,
): Promise<DurableRun> {
  const { store, drop } = await database.openFresh();
  const settings = isLimited ? { limits: perKey } : {};
  return await runDurableBatch(store, executions, settings).finally(drop);
}

function rateRatio({ limited, free }: Pair): number {
  return limited.executionsPerSecond / free.executionsPerSecond;
}
