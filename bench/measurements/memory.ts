/**
 * Peak memory of a process that runs a whole batch (leader, worker and all) on PostgreSQL: it must
 * not grow with the batch. Each batch in a fresh process on a fresh database.
 */
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { batchDefaults } from '../../lib/batch/batch-options.ts';
import type { BatchProcessReport } from '../batch-process.ts';
import { runForJson } from '../child-process.ts';
import { writeItems } from '../item-file.ts';
import { type Bench, type Figure, figureOf, type Measurement } from '../measurement.ts';
import { settingsOf } from '../new-world.ts';

/** See this file's head. */
export const memory: Measurement = {
  name: 'memory',
  about: 'peak memory of a process that runs a small and a large batch',

  async measure(bench) {
    const [small, large] = bench.quick ? [1_000, 5_000] : [10_000, 200_000];
    const few = await runBatch(bench, small);
    const many = await runBatch(bench, large);
    return [
      peakOf(small, few),
      peakOf(large, many),
      figureOf([many.peakMiB / few.peakMiB], {
        label: 'the larger over the smaller',
        unit: 'ratio',
        target: { atMost: 1.25 },
        knobs: { executionsSmall: small, executionsLarge: large },
      }),
    ];
  },
};

const program = new URL('../batch-process.ts', import.meta.url);

async function runBatch(bench: Bench, count: number): Promise<BatchProcessReport> {
  const path = join(bench.folder, `memory-${count}.jsonl`);
  await writeItems(path, count);
  const database = await bench.databases.createDatabase();
  try {
    const report = (await runForJson(program, [database.url, path])) as BatchProcessReport;
    const { status, created, succeeded, peakMiB } = report;
    if (status !== 'SUCCEEDED' || created !== count || succeeded !== count) {
      throw new Error(`the batch of ${count} is ${status}: ${succeeded} of ${created} succeeded`);
    }
    bench.say(`${count} executions: ${Math.round(peakMiB)} MiB`);
    return report;
  } finally {
    await database.drop();
    rmSync(path);
  }
}

function peakOf(executions: number, { peakMiB, seconds }: BatchProcessReport): Figure {
  const { concurrency } = settingsOf({});
  return figureOf([peakMiB], {
    label: `${executions.toLocaleString('en')} executions`,
    unit: 'MiB',
    knobs: { executions, concurrency, maxInFlight: batchDefaults.maxInFlight },
    beside: { seconds: Math.round(seconds), executionsPerSecond: Math.round(executions / seconds) },
  });
}
