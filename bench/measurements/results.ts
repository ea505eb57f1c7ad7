import { once } from 'node:events';
import { createWriteStream } from 'node:fs';
import { join } from 'node:path';
import { finished } from 'node:stream/promises';
import pg from 'pg';
import { type ResultFormat, resultFormats } from '../../lib/batch/results/result-format.ts';
import { openPostgresStore } from '../../lib/drivers/postgres/postgres-store.ts';
import { systemClock } from '../../lib/drivers/system/system-clock.ts';
import { printBatchResults } from '../../lib/operations/results/batch-results.ts';
import type { Store } from '../../lib/ports/store/store.ts';
import { type Bench, type Figure, type Measurement, toFigure } from '../measurement.ts';

/** Rows that are recorded one by one, and copied until there are enough. */
const templateRows = 1_000;

/** Target for a million rows, in seconds. */
const secondsMax = 120;

/**
 * Measures how long the results of a million executions take to a file, and how much memory that
 * needs. The rows are copies, made by SQL, of executions that the store has recorded.
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
        figures.push(await measureFormat(bench, store, format, rows));
      }
      return figures;
    } finally {
      await store.close();
      await drop();
    }
  },
};

async function measureFormat(
  bench: Bench,
  store: Store,
  format: ResultFormat,
  rows: number,
): Promise<Figure> {
  const path = join(bench.folder, `results.${format}`);
  const file = createWriteStream(path);
  const startedAt = performance.now();
  const heaps: number[] = [];
  let items = 0;
  for await (const piece of printBatchResults({ store }, 'bench', { format })) {
    if (!file.write(piece.text)) await once(file, 'drain');
    ({ items } = piece);
    heaps.push(process.memoryUsage().rss / 2 ** 20);
  }
  file.end();
  await finished(file);
  const seconds = (performance.now() - startedAt) / 1_000;
  if (items !== rows) throw new Error(`expected ${rows} results, found ${items}`);
  const half = heaps.length >> 1;
  const early = Math.max(...heaps.slice(0, half));
  const late = Math.max(...heaps.slice(half));
  bench.log(`${format}: ${seconds.toFixed(1)} s, at most ${Math.round(Math.max(early, late))} MiB`);
  return toFigure([seconds], {
    label: format,
    unit: 's',
    target: { atMost: (secondsMax * rows) / 1_000_000 },
    knobs: { rows },
    beside: {
      'rows/s': Math.round(rows / seconds),
      'MiB in the first half': Math.round(early),
      'MiB in the second half': Math.round(late),
    },
  });
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
