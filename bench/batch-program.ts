/**
 * A program that runs one batch with every role in its process, and prints how much memory it used:
 * `node --expose-gc bench/batch-program.ts <postgres URL> <file> <count>`.
 */
import { openMillrace } from '../lib/app/millrace.ts';
import { systemClock } from '../lib/drivers/system/system-clock.ts';
import { pause } from '../lib/retry/pause.ts';
import { machineId, threeTasksApp } from './three-tasks.ts';

/** The JSON document that the program prints. */
export interface BatchProgramReport {
  readonly status: string;
  readonly created: number;
  readonly succeeded: number;
  readonly seconds: number;
  readonly peakMiB: number;
  /**
   * Heap in use half-way through, after garbage collection. It shows a leak; the peak also contains
   * memory that V8 has not collected yet.
   */
  readonly liveMiB: number;
}

/** How often the state of the batch is read, in milliseconds. */
const pollIntervalMs = 100;

if (import.meta.main) {
  const [postgresUrl = '', path = '', count = ''] = process.argv.slice(2);
  console.log(JSON.stringify(await runBatch(postgresUrl, path, Number(count))));
}

async function runBatch(
  postgresUrl: string,
  path: string,
  count: number,
): Promise<BatchProgramReport> {
  const source = { kind: 'jsonLines', path } as const;
  const config = { ...threeTasksApp, batches: { items: { machine: machineId, source } } };
  const app = await openMillrace({ config, flags: { store: 'postgres', postgresUrl } });
  try {
    const startedAt = performance.now();
    const { id } = await app.batches.start('items');
    let batch = await app.batches.get(id);
    await app.start();
    let live: number | null = null;
    while (batch.status === 'RUNNING') {
      await pause(systemClock, pollIntervalMs);
      batch = await app.batches.get(batch.id);
      if (batch.succeeded >= count / 2) live ??= liveMiB();
    }
    const { status, created, succeeded } = batch;
    const seconds = (performance.now() - startedAt) / 1_000;
    const peakMiB = process.resourceUsage().maxRSS / 1_024;
    return { status, created, succeeded, seconds, peakMiB, liveMiB: live ?? liveMiB() };
  } finally {
    await app.close();
  }
}

function liveMiB(): number {
  if (globalThis.gc === undefined) throw new Error('run this program with node --expose-gc');
  globalThis.gc();
  return process.memoryUsage().heapUsed / 2 ** 20;
}
