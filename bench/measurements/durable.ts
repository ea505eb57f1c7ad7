/**
 * Durable executions a second, and the limit they are held against: the same statements without the
 * engine, measured in turns (durable, limit, durable, limit …), each on a fresh database.
 */
import type { Database } from '../databases.ts';
import { type DurableRun, runDurably } from '../durable-run.ts';
import { runStatementsAlone } from '../limit-run.ts';
import { type Bench, type Figure, figureOf, type Measurement, median } from '../measurement.ts';
import { type ContextKnobs, settingsOf } from '../new-world.ts';
import { inputOf } from '../three-tasks.ts';

/** See this file's head. */
export const durable: Measurement = {
  name: 'durable',
  about:
    'executions of a 3-task machine, checkpointed before and after each task, against the same ' +
    'group-committed SQL without the engine',

  async measure(bench) {
    const { pglite, postgres } = bench.databases;
    const figures: Figure[] = [];
    for (const database of [pglite, postgres]) {
      await round(bench, database, 1_000, {});
      figures.push(...(await measureDatabase(bench, database, 'default', {})));
      figures.push(...(await measureDatabase(bench, database, 'tuned', tuned)));
    }
    return figures;
  },
};

/** Where more at once stops to pay on two cores. */
const tuned: ContextKnobs = { concurrency: 400 };

const targets = { PGlite: { atLeast: 1_000 }, PostgreSQL: { atLeast: 3_000 } } as const;

interface Round {
  readonly run: DurableRun;
  readonly limit: number;
}

async function round(
  { databases: _, ...bench }: Bench,
  database: Database,
  count: number,
  knobs: ContextKnobs,
): Promise<Round> {
  const first = await database.openFresh();
  const run = await runDurably(first.store, count, knobs).finally(first.drop);
  const second = await database.openFresh();
  const limit = await runStatementsAlone(second.store, count, run.recording).finally(second.drop);
  const rate = Math.round(run.executionsPerSecond);
  bench.say(`${database.name}: ${rate} executions/s, limit ${Math.round(limit)}`);
  return { run, limit };
}

async function measureDatabase(
  bench: Bench,
  database: Database,
  setting: 'default' | 'tuned',
  knobs: ContextKnobs,
): Promise<Figure[]> {
  const executions = bench.quick ? 2_000 : 20_000;
  const rounds: Round[] = [];
  for (let index = 0; index < (bench.quick ? 1 : 3); index += 1) {
    rounds.push(await round(bench, database, executions, knobs));
  }
  const all = { executions, ...knobsOf(knobs) };
  const label = `${database.name}, ${setting}`;
  const isDefault = setting === 'default';
  const over = (value: (each: Round) => number) => rounds.map(value);
  return [
    figureOf(
      over(({ run }) => run.executionsPerSecond),
      {
        label,
        unit: 'executions/s',
        knobs: all,
        ...(isDefault && { target: targets[database.name] }),
        beside: besides(rounds),
      },
    ),
    figureOf(
      over(({ limit }) => limit),
      { label: `${label}: the limit`, unit: 'executions/s', knobs: all },
    ),
    figureOf(
      over(({ run, limit }) => run.executionsPerSecond / limit),
      {
        label: `${label}: of the limit`,
        unit: 'ratio',
        knobs: all,
        ...(isDefault && database.name === 'PostgreSQL' && { target: { atLeast: 0.4 } }),
      },
    ),
  ];
}

function knobsOf(knobs: ContextKnobs): Readonly<Record<string, number>> {
  const { concurrency, leaseMs } = settingsOf(knobs);
  return { concurrency, leaseMs, inputBytes: JSON.stringify(inputOf(0)).length };
}

function besides(rounds: readonly Round[]): Readonly<Record<string, number>> {
  const middle = (value: (run: DurableRun) => number) =>
    Math.round(median(rounds.map(({ run }) => value(run))));
  return {
    checkpointsPerCommit: middle((run) => run.checkpointsPerCommit),
    checkpointsInLargestCommit: middle((run) => run.checkpointsInLargestCommit),
    cpuMicrosecondsPerExecution: middle((run) => run.cpuMicrosecondsPerExecution),
  };
}
