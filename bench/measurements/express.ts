/**
 * What one checkpoint instead of four is worth: the same machine as EXPRESS and as STANDARD, run in
 * turns, each on a fresh database.
 */
import type { MachineType } from '../../lib/asl/definition.ts';
import { runDurably } from '../durable-run.ts';
import { type Bench, type Figure, figureOf, type Measurement } from '../measurement.ts';
import { settingsOf } from '../new-world.ts';
import { inputOf } from '../three-tasks.ts';

/** See this file's head. */
export const express: Measurement = {
  name: 'express',
  about: 'executions of the 3-task machine as EXPRESS, whose end alone is written, on PostgreSQL',

  async measure(bench) {
    await measureOnce(bench, 'EXPRESS', 1_000);
    const executions = bench.quick ? 2_000 : 20_000;
    const rounds: Round[] = [];
    for (let index = 0; index < (bench.quick ? 1 : 3); index += 1) {
      const standard = await measureOnce(bench, 'STANDARD', executions);
      rounds.push({ standard, express: await measureOnce(bench, 'EXPRESS', executions) });
    }
    return figuresOf(rounds, executions);
  },
};

interface Round {
  /** Executions a second. */
  readonly standard: number;
  /** Executions a second. */
  readonly express: number;
}

async function measureOnce(
  { databases, say }: Bench,
  type: MachineType,
  count: number,
): Promise<number> {
  const { store, drop } = await databases.postgres.openFresh();
  const { executionsPerSecond } = await runDurably(store, count, {}, type).finally(drop);
  say(`${type}: ${Math.round(executionsPerSecond)} executions/s`);
  return executionsPerSecond;
}

function figuresOf(rounds: readonly Round[], executions: number): Figure[] {
  const { concurrency, leaseMs } = settingsOf({});
  const inputBytes = JSON.stringify(inputOf(0)).length;
  const knobs = { executions, concurrency, leaseMs, inputBytes };
  const rate = { unit: 'executions/s', knobs };
  return [
    figureOf(
      rounds.map((round) => round.express),
      { label: 'PostgreSQL, EXPRESS', ...rate },
    ),
    figureOf(
      rounds.map((round) => round.standard),
      { label: 'PostgreSQL, STANDARD', ...rate },
    ),
    figureOf(
      rounds.map((round) => round.express / round.standard),
      { label: 'EXPRESS over STANDARD', unit: 'ratio', knobs },
    ),
  ];
}
