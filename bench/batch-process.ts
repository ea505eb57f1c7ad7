/**
 * A process of its own that runs one batch as an app does, every role in it, and tells at the end
 * how much memory it took: `node --expose-gc bench/batch-process.ts <postgres URL> <file> <count>`.
 */
import { openMillrace } from '../lib/app/millrace.ts';
import { systemClock } from '../lib/drivers/system/system-clock.ts';
import { pause } from '../lib/retry/pause.ts';
import { machineId, threeTasksApp } from './three-tasks.ts';

/** What the process prints. */
export interface BatchProcessReport {
  readonly status: string;
  readonly created: number;
  readonly succeeded: number;
  readonly seconds: number;
  readonly peakMiB: number;
  /** What was in use half-way, garbage collected: it shows a leak where the peak shows slack. */
  readonly liveMiB: number;
}

/** How often the batch is looked at, in milliseconds. */
const lookMs = 100;

if (import.meta.main) {
  const [postgresUrl = '', path = '', count = ''] = process.argv.slice(2);
  console.log(JSON.stringify(await runBatch(postgresUrl, path, Number(count))));
}

async function runBatch(
  postgresUrl: string,
  path: string,
  count: number,
): Promise<BatchProcessReport> {
  const source = { kind: 'jsonLines', path } as const;
  const config = { ...threeTasksApp, batches: { items: { machine: machineId, source } } };
  const app = await openMillrace({ config, flags: { store: 'postgres', postgresUrl } });
  try {
    const begunAt = performance.now();
    let batch = await app.batches.start('items');
    await app.start();
    let live: number | null = null;
    while (batch.status === 'RUNNING') {
      await pause(systemClock, lookMs);
      batch = await app.batches.get(batch.id);
      if (batch.succeeded >= count / 2) live ??= liveMiB();
    }
    const { status, created, succeeded } = batch;
    const seconds = (performance.now() - begunAt) / 1_000;
    const peakMiB = process.resourceUsage().maxRSS / 1_024;
    return { status, created, succeeded, seconds, peakMiB, liveMiB: live ?? liveMiB() };
  } finally {
    await app.close();
  }
}

function liveMiB(): number {
  if (globalThis.gc === undefined) throw new Error('start this program with node --expose-gc');
  globalThis.gc();
  return process.memoryUsage().heapUsed / 2 ** 20;
}
