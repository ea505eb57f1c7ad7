/**
 * A program that writes the results of the batch `bench` to a file, as `millrace batch results`
 * does, and prints a {@link ResultsReport}:
 * `node --expose-gc bench/results-program.ts <postgres URL> <format> <file> <rows>`.
 */
import { once } from 'node:events';
import { createWriteStream } from 'node:fs';
import { finished } from 'node:stream/promises';
import type { ResultFormat } from '../lib/batch/results/result-format.ts';
import { openPostgresStore } from '../lib/drivers/postgres/postgres-store.ts';
import { systemClock } from '../lib/drivers/system/system-clock.ts';
import { printBatchResults } from '../lib/operations/results/batch-results.ts';

/** The memory of the process when it had printed so many rows. */
export interface ResultsPoint {
  readonly rows: number;
  /** Resident memory at most so far, in MiB. */
  readonly peakMiB: number;
  /** Memory that was in use then, without garbage, in MiB: the heap and buffers. */
  readonly liveMiB: number;
}

/** What the program prints. */
export interface ResultsReport {
  readonly rows: number;
  readonly seconds: number;
  readonly points: readonly ResultsPoint[];
}

/** The shares of all rows after which memory is measured. */
const shares = [0.1, 0.5, 1] as const;

if (import.meta.main) {
  const [url = '', format = '', path = '', rows = ''] = process.argv.slice(2);
  const store = openPostgresStore({ clock: systemClock, url });
  const file = createWriteStream(path);
  const points: ResultsPoint[] = [];
  const startedAt = performance.now();
  let items = 0;
  let peak = 0;
  const request = { format: format as ResultFormat };
  for await (const piece of printBatchResults({ store }, 'bench', request)) {
    if (!file.write(piece.text)) await once(file, 'drain');
    ({ items } = piece);
    peak = Math.max(peak, process.memoryUsage.rss());
    const share = shares[points.length];
    if (share !== undefined && items >= share * Number(rows)) points.push(measure(items, peak));
  }
  file.end();
  await finished(file);
  const seconds = (performance.now() - startedAt) / 1_000;
  await store.close();
  const report: ResultsReport = { rows: items, seconds, points };
  console.log(JSON.stringify(report));
}

function measure(rows: number, peak: number): ResultsPoint {
  globalThis.gc?.();
  const { heapUsed, external } = process.memoryUsage();
  return { rows, peakMiB: peak / 2 ** 20, liveMiB: (heapUsed + external) / 2 ** 20 };
}
