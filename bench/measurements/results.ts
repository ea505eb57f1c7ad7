import { rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import pg from 'pg';
import { type ResultFormat, resultFormats } from '../../lib/batch/results/result-format.ts';
import { openPostgresStore } from '../../lib/drivers/postgres/postgres-store.ts';
import { systemClock } from '../../lib/drivers/system/system-clock.ts';
import type { Store } from '../../lib/ports/store/store.ts';
import { type Bench, type Figure, type Measurement, toFigure } from '../measurement.ts';
import type { ResultsReport } from '../results-program.ts';
import { runProgram } from '../run-program.ts';

/** Rows that are recorded one by one, and copied until there are enough. */
const templateRows = 1_000;

/** Target for a million rows, in seconds. */
const secondsMax = 120;

/**
 * Measures how long the results of a million executions take to a file, and how much memory that
 * needs as it goes on. The rows are copies, made by SQL, of executions that the store has recorded.
 */
export const results: Measurement = {
  name: 'results',
  about: 'seconds from the results of a batch of a million executions to a file, by format',

  async measure(bench) {
    const rows = bench.rows ?? (bench.quick ? 10_000 : 1_000_000);
    const { url, drop } = await bench.databases.createDatabase();
    const store = openPostgresStore({ clock: systemClock, url });
    try {
      await store.migrate();
      await fill(store, url, rows);
      bench.log(`${rows} rows are made`);
      const figures: Figure[] = [];
      for (const format of resultFormats) {
        figures.push(...(await measureFormat(bench, url, format, rows)));
      }
      return figures;
    } finally {
      await store.close();
      await drop();
    }
  },
};

const program = new URL('../results-program.ts', import.meta.url);

/** Prints the results in a process of their own, so that its memory is theirs alone. */
async function measureFormat(
  bench: Bench,
  url: string,
  format: ResultFormat,
  rows: number,
): Promise<Figure[]> {
  const path = join(bench.folder, `results.${format}`);
  const args = [url, format, path, String(rows)];
  const report = (await runProgram(program, args, ['--expose-gc'])) as ResultsReport;
  const { size } = statSync(path);
  rmSync(path);
  if (report.rows !== rows) throw new Error(`expected ${rows} results, found ${report.rows}`);
  const [first, , last] = report.points;
  if (first === undefined || last === undefined) throw new Error('the memory was not measured');
  const beside = Object.fromEntries(
    report.points.flatMap((point) => [
      [`peak MiB at ${point.rows} rows`, Math.round(point.peakMiB)],
      [`live MiB at ${point.rows} rows`, Number(point.liveMiB.toFixed(1))],
    ]),
  );
  const { seconds } = report;
  const memory = Object.entries(beside).map(([name, value]) => `${name} ${value}`);
  bench.log(`${format}: ${seconds.toFixed(1)} s; ${memory.join(', ')}`);
  const knobs = { rows, fileMiB: Math.round(size / 2 ** 20) };
  return [
    toFigure([seconds], {
      label: format,
      unit: 's',
      target: { atMost: (secondsMax * rows) / 1_000_000 },
      knobs,
      beside: { 'rows/s': Math.round(rows / seconds), ...beside },
    }),
    toFigure([last.liveMiB / first.liveMiB], {
      label: `${format}: live memory at the last row, of that at a tenth`,
      unit: 'ratio',
      target: { atMost: 1.25 },
      knobs,
    }),
  ];
}

/** Records real executions, and copies them with other ids, names and indexes. */
async function fill(store: Store, url: string, rows: number): Promise<void> {
  const batch = { id: 'bench', name: 'bench', machineId: 'order', machineVersion: 1 };
  await store.createBatch({ ...batch, source: '{}', options: '{}' });
  const executions = Array.from({ length: templateRows }, (_, batchIndex) => ({
    id: `01900000-0000-7000-8000-${batchIndex.toString(16).padStart(12, '0')}`,
    machineId: 'order',
    machineVersion: 1,
    name: `order-${batchIndex}`,
    input: JSON.stringify({ id: batchIndex, customer: `C${batchIndex % 97}`, to: 'Ada "A", 1' }),
    queue: 'default',
    retriesMax: 0,
    batchId: 'bench',
    batchIndex,
  }));
  await store.createExecutions(executions, true);
  const ids = executions.map(({ id }) => id);
  const { claimed } = await store.claim('bench', 60_000, ids);
  await store.commit(
    claimed.map((execution) => ({
      executionId: execution.id,
      fence: execution.fence,
      status: 'SUCCEEDED' as const,
      snapshot: null,
      events: null,
      firstEventId: 0,
      lease: 'release' as const,
      dueInMs: null,
      wakeupSent: false,
      attempts: 0,
      output: JSON.stringify({ shipped: execution.name, total: 12.5 }),
      error: null,
      cause: null,
      archiveReason: null,
      signalsSeen: 0,
      signalsUnused: [],
      notify: null,
    })),
  );
  await copyRows(url, rows);
}

async function copyRows(url: string, rows: number): Promise<void> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    const { rows: found } = await client.query<{ column_name: string }>(
      `SELECT column_name FROM information_schema.columns
       WHERE table_schema = 'millrace' AND table_name = 'executions' AND is_generated = 'NEVER'`,
    );
    const changed = ['id', 'name', 'batch_index'];
    const same = found.map((each) => each.column_name).filter((name) => !changed.includes(name));
    const columns = same.map((name) => `"${name}"`).join(', ');
    await client.query(
      `INSERT INTO millrace.executions (id, name, batch_index, ${columns})
       SELECT CAST('01900000-0000-7000-8001-' || lpad(to_hex(n), 12, '0') AS uuid),
         'order-' || n, n, ${columns}
       FROM millrace.executions JOIN generate_series(${templateRows}, ${rows - 1}) AS n
         ON batch_index = n % ${templateRows}`,
    );
    await client.query('ANALYZE millrace.executions');
  } finally {
    await client.end();
  }
}
