import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { batchDefaults } from '../../lib/batch/batch-options.ts';
import type { BatchProgramReport } from '../batch-program.ts';
import { resolveBenchSettings } from '../bench-context.ts';
import { type Bench, type Figure, type Measurement, toFigure } from '../measurement.ts';
import { runProgram } from '../run-program.ts';
import { writeItems } from '../write-items.ts';

/**
 * Measures the memory of a process that runs a whole batch with all roles on PostgreSQL. It must
 * not grow with the batch. Each batch runs in a fresh process on a fresh database.
 */
export const memory: Measurement = {
  name: 'memory',
  about: 'peak memory of a process that runs a small and a large batch',

  async measure(bench) {
    const [small, large] = bench.quick ? [1_000, 5_000] : [10_000, 200_000];
    const few = await runBatch(bench, small);
    const many = await runBatch(bench, large);
    return [
      peakFigure(small, few),
      peakFigure(large, many),
      ratioFigure('peak', many.peakMiB / few.peakMiB, { atMost: 1.5 }, { small, large }),
      ratioFigure('live', many.liveMiB / few.liveMiB, { atMost: 1.25 }, { small, large }),
    ];
  },
};

const program = new URL('../batch-program.ts', import.meta.url);

async function runBatch(bench: Bench, count: number): Promise<BatchProgramReport> {
  const path = join(bench.folder, `memory-${count}.jsonl`);
  await writeItems(path, count);
  const database = await bench.databases.createDatabase();
  const args = [database.url, path, String(count)];
  const flags = ['--expose-gc'];
  try {
    const report = (await runProgram(program, args, flags)) as BatchProgramReport;
    const { status, created, succeeded, peakMiB } = report;
    if (status !== 'SUCCEEDED' || created !== count || succeeded !== count) {
      throw new Error(`the batch of ${count} is ${status}: ${succeeded} of ${created} succeeded`);
    }
    bench.log(`${count} executions: ${Math.round(peakMiB)} MiB`);
    return report;
  } finally {
    await database.drop();
    rmSync(path);
  }
}

/**
 * Creates the figure that compares the batches. If a kilobyte of each execution stayed in memory,
 * the large batch would have seven times the live memory of the small one. The peak grows a little
 * in any long run, because V8 only gradually uses the memory that it is allowed.
 */
function ratioFigure(
  what: 'peak' | 'live',
  ratio: number,
  target: { readonly atMost: number },
  executions: { readonly small: number; readonly large: number },
): Figure {
  const label = `${what}, the larger over the smaller`;
  return toFigure([ratio], { label, unit: 'ratio', target, knobs: executions });
}

function peakFigure(executions: number, { peakMiB, liveMiB, seconds }: BatchProgramReport): Figure {
  const { concurrency } = resolveBenchSettings({});
  return toFigure([peakMiB], {
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
