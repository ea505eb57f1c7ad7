/** Who works, in SQL. */
import {
  goneWorkerListedMs,
  type WorkerRecord,
  type WorkerStore,
} from '../../ports/worker-store.ts';
import type { SqlSession } from './sql-session.ts';
import { listWorkers } from './statements/workers/list-workers.ts';

/** The part of the store that lists workers; their heartbeat is the executions' part. */
export function sqlWorkerStore(session: SqlSession): WorkerStore {
  return {
    listWorkers: () => session.call<WorkerRecord>(listWorkers, { goneMs: goneWorkerListedMs }),
  };
}
