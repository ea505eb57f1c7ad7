/**
 * The batch that `npm start` runs, 10,000 wildlife-strike reports on the embedded database, in a
 * fresh process and a fresh folder.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { runForJson } from '../child-process.ts';
import { type Figure, figureOf, type Measurement } from '../measurement.ts';

/** See this file's head. */
export const example: Measurement = {
  name: 'example',
  about: "npm start's batch: 10,000 reports on PGlite, leader and worker in one process",

  async measure(bench) {
    const runs: Run[] = [];
    for (let index = 0; index < (bench.quick ? 1 : 3); index += 1) {
      const run = await runExample(mkdtempSync(join(bench.folder, 'example-')));
      bench.say(`${run.seconds} s, with the process's start and end ${run.processSeconds} s`);
      runs.push(run);
    }
    return figuresOf(runs);
  },
};

interface Run {
  /** From the batch's creation to its end, as its report has it. */
  readonly seconds: number;
  readonly processSeconds: number;
}

const program = new URL('../../bin/millrace.ts', import.meta.url);
const config = new URL('../../examples/wildlife-strikes/millrace.config.ts', import.meta.url);

/** The file's rows, and how many of them are no valid report. */
const expected = { status: 'SUCCEEDED', total: 10_000 };

async function runExample(folder: string): Promise<Run> {
  const args = ['batch', 'start', 'wildlife-strikes', '--json', '--data', folder];
  const begunAt = performance.now();
  try {
    const report = await runForJson(program, [...args, '--config', config.pathname]);
    const processSeconds = Number(((performance.now() - begunAt) / 1_000).toFixed(2));
    return { seconds: secondsOf(report), processSeconds };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Throws when the report is not that of a whole batch. */
function secondsOf(report: unknown): number {
  const { status, total, succeeded, failed, archived, seconds } = report as Record<string, unknown>;
  const whole = Number(succeeded) + Number(failed) === expected.total && archived === failed;
  if (status !== expected.status || total !== expected.total || !whole) {
    throw new Error(`the example's batch is not whole: ${JSON.stringify(report)}`);
  }
  return Number(seconds);
}

function figuresOf(runs: readonly Run[]): Figure[] {
  const knobs = { reports: expected.total, store: 'pglite', concurrency: 400 };
  return [
    figureOf(
      runs.map(({ seconds }) => seconds),
      { label: 'the batch', unit: 's', target: { atMost: 15 }, knobs },
    ),
    figureOf(
      runs.map(({ processSeconds }) => processSeconds),
      { label: 'the whole process', unit: 's', knobs },
    ),
  ];
}
