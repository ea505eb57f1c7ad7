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
      ratioOf('peak', many.peakMiB / few.peakMiB, { atMost: 1.5 }, { small, large }),
      ratioOf('live', many.liveMiB / few.liveMiB, { atMost: 1.25 }, { small, large }),
    ];
  },
};

const program = new URL('../batch-process.ts', import.meta.url);

async function runBatch(bench: Bench, count: number): Promise<BatchProcessReport> {
  const path = join(bench.folder, `memory-${count}.jsonl`);
  await writeItems(path, count);
  const database = await bench.databases.createDatabase();
  const args = [database.url, path, String(count)];
  const flags = ['--expose-gc'];
  try {
    const report = (await runForJson(program, args, flags)) as BatchProcessReport;
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

/**
 * A kilobyte kept of each execution would make the large batch's live memory sevenfold. The peak
 * grows a little in any long run, because V8 takes its time to use all that it may.
 */
function ratioOf(
  what: 'peak' | 'live',
  ratio: number,
  target: { readonly atMost: number },
  executions: { readonly small: number; readonly large: number },
): Figure {
  const label = `${what}, the larger over the smaller`;
  return figureOf([ratio], { label, unit: 'ratio', target, knobs: executions });
}

function peakOf(executions: number, { peakMiB, liveMiB, seconds }: BatchProcessReport): Figure {
  const { concurrency } = settingsOf({});
  return figureOf([peakMiB], {
    label: `${executions.toLocaleString('en')} executions, peak`,
    unit: 'MiB',
    knobs: { executions, concurrency, maxInFlight: batchDefaults.maxInFlight },
    beside: {
      liveMiB: Math.round(liveMiB),
      seconds: Math.round(seconds),
      executionsPerSecond: Math.round(executions / seconds),
    },
  });
}
