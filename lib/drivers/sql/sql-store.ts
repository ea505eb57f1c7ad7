import type { Store } from '../../ports/store/store.ts';
import { inspectServer } from './inspect-server.ts';
import { migrate } from './migrate.ts';
import { sqlActivityStore } from './sql-activity-store.ts';
import { sqlArchiveStore } from './sql-archive-store.ts';
import { sqlBatchQueries } from './sql-batch-queries.ts';
import { sqlBatchStore } from './sql-batch-store.ts';
import { sqlCheckpointStore } from './sql-checkpoint-store.ts';
import { sqlClaimStore } from './sql-claim-store.ts';
import type { SqlClient } from './sql-client.ts';
import { sqlExecutionQueries } from './sql-execution-queries.ts';
import { sqlExecutionStore } from './sql-execution-store.ts';
import { sqlMachineStore } from './sql-machine-store.ts';
import { sqlMessageStore } from './sql-message-store.ts';
import { SqlSession, type SqlSessionOptions } from './sql-session.ts';
import { sqlSignalStore } from './sql-signal-store.ts';
import { sqlSweepStore } from './sql-sweep-store.ts';
import { sqlTaskStore } from './sql-task-store.ts';
import { sqlWorkStore } from './sql-backlog-store.ts';
import { sqlWorkerStore } from './sql-worker-store.ts';

/**
 * Creates a store over any SQL client. It keeps everything in the schema `millrace` of the client's
 * database; closing the store closes the client.
 */
export function sqlStore(client: SqlClient, options: SqlSessionOptions = {}): Store {
  const session = new SqlSession(client, options);
  return {
    description: client.description,
    ...sqlMachineStore(session),
    ...sqlExecutionStore(session),
    ...sqlExecutionQueries(session),
    ...sqlClaimStore(session),
    ...sqlCheckpointStore(session),
    ...sqlSweepStore(session),
    ...sqlSignalStore(session),
    ...sqlMessageStore(session),
    ...sqlActivityStore(session),
    ...sqlBatchStore(session),
    ...sqlBatchQueries(session),
    ...sqlArchiveStore(session),
    ...sqlTaskStore(session),
    ...sqlWorkerStore(session),
    ...sqlWorkStore(session),
    migrate: () => migrate(client),
    inspect: () => inspectServer(session),
    close: () => client.close(),
  };
}
