/**
 * Millrace as a program like those of its peers: one process with every role runs a batch of the
 * orders, from its start to its end. `node bench/peers/millrace.ts <store> <URL or folder> <file>`.
 */
import { openMillrace } from '../../lib/app/millrace.ts';
import { systemClock } from '../../lib/drivers/system/system-clock.ts';
import { pause } from '../../lib/retry/pause.ts';
import { checkAllSucceeded } from '../prepared-batch.ts';
import { machineId, threeTasksApp } from '../three-tasks.ts';

/** How often the state of the batch is read, in milliseconds. */
const pollIntervalMs = 25;

if (import.meta.main) {
  const [store = '', place = '', path = ''] = process.argv.slice(2);
  console.log(JSON.stringify(await runBatch(store, place, path)));
}

async function runBatch(store: string, place: string, path: string) {
  const source = { kind: 'jsonLines', path } as const;
  const config = { ...threeTasksApp, batches: { items: { machine: machineId, source } } };
  const where = store === 'postgres' ? { postgresUrl: place } : { data: place };
  const app = await openMillrace({ config, flags: { store, broker: 'memory', ...where } });
  try {
    await app.start();
    const startedAt = performance.now();
    const { id } = await app.batches.start('items');
    let batch = await app.batches.get(id);
    while (batch.status === 'RUNNING') {
      await pause(systemClock, pollIntervalMs);
      batch = await app.batches.get(id);
    }
    const seconds = (performance.now() - startedAt) / 1_000;
    await checkAllSucceeded(app.drivers.store, id, batch.created);
    return { seconds, settings: { store, roles: 'all in one process' } };
  } finally {
    await app.close();
  }
}
