import type { MachineType } from '../../lib/asl/definition.ts';
import { resolveBenchSettings } from '../bench-context.ts';
import { runDurableBatch } from '../durable-run.ts';
import { type Bench, type Figure, type Measurement, toFigure } from '../measurement.ts';
import { createInput } from '../three-tasks.ts';

/**
 * Measures the gain of one checkpoint instead of four: the same machine as EXPRESS and as STANDARD,
 * in turns, each on a fresh database.
 */
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
    return createFigures(rounds, executions);
  },
};

interface Round {
  /** Executions a second. */
  readonly standard: number;
  /** Executions a second. */
  readonly express: number;
}

async function measureOnce(
  { databases, log }: Bench,
  type: MachineType,
  count: number,
): Promise<number> {
  const { store, drop } = await databases.postgres.openFresh();
  const { executionsPerSecond } = await runDurableBatch(store, count, {}, type).finally(drop);
  log(`${type}: ${Math.round(executionsPerSecond)} executions/s`);
  return executionsPerSecond;
}

function createFigures(rounds: readonly Round[], executions: number): Figure[] {
  const { concurrency, leaseMs } = resolveBenchSettings({});
  const inputBytes = JSON.stringify(createInput(0)).length;
  const knobs = { executions, concurrency, leaseMs, inputBytes };
  const rate = { unit: 'executions/s', knobs };
  return [
    toFigure(
      rounds.map((round) => round.express),
      { label: 'PostgreSQL, EXPRESS', ...rate },
    ),
    toFigure(
      rounds.map((round) => round.standard),
      { label: 'PostgreSQL, STANDARD', ...rate },
    ),
    toFigure(
      rounds.map((round) => round.express / round.standard),
      { label: 'EXPRESS over STANDARD', unit: 'ratio', knobs },
    ),
  ];
}
