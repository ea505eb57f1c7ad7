import { mkdtempSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { type Figure, type Measurement, toFigure } from '../measurement.ts';
import { runProgram } from '../run-program.ts';

/**
 * Measures the batch that `npm start` runs: 10,000 wildlife-strike reports on the embedded
 * database, in a fresh process and a fresh folder.
 */
export const example: Measurement = {
  name: 'example',
  about: "npm start's batch: 10,000 reports on PGlite, leader and worker in one process",

  async measure(bench) {
    const runs: Run[] = [];
    for (let index = 0; index < (bench.quick ? 1 : 3); index += 1) {
      const run = await runExample(mkdtempSync(join(bench.folder, 'example-')));
      bench.log(`${run.seconds} s; whole process ${run.processSeconds} s`);
      runs.push(run);
    }
    return createFigures(runs);
  },
};

interface Run {
  /** From the creation of the batch to its end, as its report says. */
  readonly seconds: number;
  readonly processSeconds: number;
}

const program = new URL('../../bin/millrace.ts', import.meta.url);
const config = new URL('../../examples/wildlife-strikes/millrace.config.ts', import.meta.url);

/** The expected report: every row of the file ends. */
const expected = { status: 'SUCCEEDED', total: 10_000 };

async function runExample(folder: string): Promise<Run> {
  const args = ['batch', 'start', 'wildlife-strikes', '--json', '--data', folder];
  const startedAt = performance.now();
  try {
    const report = await runProgram(program, [...args, '--config', config.pathname]);
    const processSeconds = Number(((performance.now() - startedAt) / 1_000).toFixed(2));
    return { seconds: readSeconds(report), processSeconds };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Reads the duration. Throws when the report is not that of a complete batch. */
function readSeconds(report: unknown): number {
  const { status, total, succeeded, failed, archived, seconds } = report as Record<string, unknown>;
  const isComplete = Number(succeeded) + Number(failed) === expected.total && archived === failed;
  if (status !== expected.status || total !== expected.total || !isComplete) {
    throw new Error(`the batch of the example is incomplete: ${JSON.stringify(report)}`);
  }
  return Number(seconds);
}

function createFigures(runs: readonly Run[]): Figure[] {
  const knobs = { reports: expected.total, store: 'pglite', concurrency: 400 };
  return [
    toFigure(
      runs.map(({ seconds }) => seconds),
      { label: 'the batch', unit: 's', target: { atMost: 15 }, knobs },
    ),
    toFigure(
      runs.map(({ processSeconds }) => processSeconds),
      { label: 'the whole process', unit: 's', knobs },
    ),
  ];
}
