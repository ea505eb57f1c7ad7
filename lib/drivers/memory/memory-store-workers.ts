/** Who works, in memory. */
import {
  goneWorkerListedMs,
  type WorkerRecord,
  type WorkerStore,
} from '../../ports/worker-store.ts';
import { type MemoryTables, sortedBy } from './memory-store-tables.ts';

/** The part of the store that lists workers. */
export function memoryWorkerStore(tables: MemoryTables): WorkerStore {
  return { listWorkers: async () => list(tables) };
}

function list(tables: MemoryTables): WorkerRecord[] {
  const workers = [...tables.leases].flatMap(([workerId, { since, endsAt, about }]) => {
    const expiresInMs = endsAt - tables.now();
    if (about === null || expiresInMs <= -goneWorkerListedMs) return [];
    const running = [...tables.open].filter((row) => row.workerId === workerId).length;
    return [{ workerId, about, since, expiresInMs, alive: expiresInMs > 0, running }];
  });
  const byId = sortedBy(workers, ({ workerId }) => workerId);
  return sortedBy(byId, ({ since }) => since);
}
