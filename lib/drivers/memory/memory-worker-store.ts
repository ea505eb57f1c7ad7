import type { HeartbeatReply, LeaseStore } from '../../ports/store/lease-store.ts';
import {
  goneWorkerListedMs,
  type WorkerRecord,
  type WorkerStore,
} from '../../ports/store/worker-store.ts';
import { toStorableDocument } from '../shared/storable.ts';
import { hasUnseenSignals } from './execution-rows.ts';
import { type ExecutionRow, type MemoryTables, sortedBy } from './memory-tables.ts';

/** The leases of workers and leaders, and the list of them, in memory. */
export function createMemoryWorkerStore(tables: MemoryTables): LeaseStore & WorkerStore {
  return {
    heartbeat: async (workerId, leaseMs, about) => {
      const text = about === undefined ? null : toStorableDocument(about);
      tables.renewLease(workerId, leaseMs, { about: text });
      return toHeartbeatReply(tables, workerId);
    },
    listHeld: async (workerId) => toIds(listHeld(tables, workerId)),
    endLease: async (workerId) => {
      tables.leases.delete(workerId);
    },
    listWorkers: async () => list(tables),
  };
}

function toHeartbeatReply(tables: MemoryTables, workerId: string): HeartbeatReply {
  const held = listHeld(tables, workerId);
  return {
    abortRequested: toIds(held.filter(({ abortRequested }) => abortRequested)),
    signalled: toIds(held.filter(hasUnseenSignals)),
  };
}

function listHeld(tables: MemoryTables, workerId: string): ExecutionRow[] {
  return [...tables.open].filter((row) => row.workerId === workerId);
}

function toIds(rows: readonly ExecutionRow[]): string[] {
  return rows.map(({ id }) => id).sort();
}

function list(tables: MemoryTables): WorkerRecord[] {
  const workers = [...tables.leases].flatMap(([workerId, lease]) => {
    const { since, lastBeatAt, endsAt, about } = lease;
    const expiresInMs = endsAt - tables.now();
    if (about === null || expiresInMs <= -goneWorkerListedMs) return [];
    const running = listHeld(tables, workerId).length;
    const alive = expiresInMs > 0;
    return [{ workerId, about, since, lastBeatAt, expiresInMs, alive, running }];
  });
  const byId = sortedBy(workers, ({ workerId }) => workerId);
  return sortedBy(byId, ({ since }) => since);
}
