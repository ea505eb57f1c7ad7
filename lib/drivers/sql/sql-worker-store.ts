import type { HeartbeatReply, LeaseStore } from '../../ports/store/lease-store.ts';
import {
  goneWorkerListedMs,
  type WorkerRecord,
  type WorkerStore,
} from '../../ports/store/worker-store.ts';
import { toStorableDocument } from '../shared/storable.ts';
import type { SqlSession } from './sql-session.ts';
import { deleteLeases } from './statements/workers/delete-leases.ts';
import { recordHeartbeat } from './statements/workers/record-heartbeat.ts';
import { selectHeld } from './statements/workers/select-held.ts';
import { selectWorkers } from './statements/workers/select-workers.ts';

/** The leases of workers and leaders, and the list of them, in SQL. */
export function createSqlWorkerStore(session: SqlSession): LeaseStore & WorkerStore {
  return {
    heartbeat: (workerId, leaseMs, about) => heartbeat(session, workerId, leaseMs, about),
    listHeld: async (workerId) => {
      const rows = await session.call<{ id: string }>(selectHeld, { workerId });
      return rows.map(({ id }) => id);
    },
    endLease: async (workerId) => void (await session.call(deleteLeases, { workerId })),
    listWorkers: () => session.call<WorkerRecord>(selectWorkers, { goneMs: goneWorkerListedMs }),
  };
}

interface HeartbeatRow {
  readonly id: string;
  readonly why: 'abort' | 'signal';
}

async function heartbeat(
  session: SqlSession,
  workerId: string,
  leaseMs: number,
  about: string | undefined,
): Promise<HeartbeatReply> {
  const rows = await session.call<HeartbeatRow>(recordHeartbeat, {
    workerId,
    leaseMs,
    about: about === undefined ? null : toStorableDocument(about),
  });
  const idsBy = (why: HeartbeatRow['why']) =>
    rows.filter((row) => row.why === why).map(({ id }) => id);
  return { abortRequested: idsBy('abort'), signalled: idsBy('signal') };
}
