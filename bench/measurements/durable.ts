import { type BenchSettings, resolveBenchSettings } from '../bench-context.ts';
import type { Database } from '../databases.ts';
import { type DurableRun, runDurableBatch } from '../durable-run.ts';
import { type Bench, type Figure, type Measurement, median, toFigure } from '../measurement.ts';
import { replayStatements } from '../statement-replay.ts';
import { createInput } from '../three-tasks.ts';

/**
 * Measures durable executions a second and their upper limit, which is the same statements without
 * the engine. The two take turns (durable, limit, durable, limit …), each on a fresh database.
 */
export const durable: Measurement = {
  name: 'durable',
  about:
    'executions of a 3-task machine, checkpointed before and after each task, against the same ' +
    'group-committed SQL without the engine',

  async measure(bench) {
    const { pglite, postgres } = bench.databases;
    const figures: Figure[] = [];
    for (const database of [pglite, postgres]) {
      await measureRound(bench, database, 1_000, {});
      figures.push(...(await measureDatabase(bench, database, 'default', {})));
      figures.push(...(await measureDatabase(bench, database, 'tuned', tuned)));
    }
    return figures;
  },
};

/** More executions at once than this gain nothing on two cores. */
const tuned: BenchSettings = { concurrency: 400 };

const targets = { PGlite: { atLeast: 1_000 }, PostgreSQL: { atLeast: 3_000 } } as const;

interface Round {
  readonly run: DurableRun;
  readonly limit: number;
}

async function measureRound(
  { databases: _, ...bench }: Bench,
  database: Database,
  count: number,
  settings: BenchSettings,
): Promise<Round> {
  const first = await database.openFresh();
  const run = await runDurableBatch(first.store, count, settings).finally(first.drop);
  const second = await database.openFresh();
  const limit = await replayStatements(second.store, count, run.recording).finally(second.drop);
  const rate = Math.round(run.executionsPerSecond);
  bench.log(`${database.name}: ${rate} executions/s, limit ${Math.round(limit)}`);
  return { run, limit };
}

async function measureDatabase(
  bench: Bench,
  database: Database,
  variant: 'default' | 'tuned',
  settings: BenchSettings,
): Promise<Figure[]> {
  const executions = bench.quick ? 2_000 : 20_000;
  const rounds: Round[] = [];
  for (let index = 0; index < (bench.quick ? 1 : 3); index += 1) {
    rounds.push(await measureRound(bench, database, executions, settings));
  }
  const knobs = { executions, ...describeSettings(settings) };
  const label = `${database.name}, ${variant}`;
  const isDefault = variant === 'default';
  const over = (value: (each: Round) => number) => rounds.map(value);
  return [
    toFigure(
      over(({ run }) => run.executionsPerSecond),
      {
        label,
        unit: 'executions/s',
        knobs,
        ...(isDefault && { target: targets[database.name] }),
        beside: summarize(rounds),
      },
    ),
    toFigure(
      over(({ limit }) => limit),
      { label: `${label}: the limit`, unit: 'executions/s', knobs },
    ),
    toFigure(
      over(({ run, limit }) => run.executionsPerSecond / limit),
      {
        label: `${label}: of the limit`,
        unit: 'ratio',
        knobs,
        ...(isDefault && database.name === 'PostgreSQL' && { target: { atLeast: 0.4 } }),
      },
    ),
  ];
}

function describeSettings(settings: BenchSettings): Readonly<Record<string, number>> {
  const { concurrency, leaseMs } = resolveBenchSettings(settings);
  return { concurrency, leaseMs, inputBytes: JSON.stringify(createInput(0)).length };
}

function summarize(rounds: readonly Round[]): Readonly<Record<string, number>> {
  const roundedMedian = (value: (run: DurableRun) => number) =>
    Math.round(median(rounds.map(({ run }) => value(run))));
  return {
    checkpointsPerCommit: roundedMedian((run) => run.checkpointsPerCommit),
    checkpointsInLargestCommit: roundedMedian((run) => run.checkpointsInLargestCommit),
    cpuMicrosecondsPerExecution: roundedMedian((run) => run.cpuMicrosecondsPerExecution),
  };
}
