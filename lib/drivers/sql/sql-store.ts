/** The store over any SQL client: its parts, put together. */
import type { Store } from '../../ports/store.ts';
import { inspectServer } from './inspect.ts';
import { migrate } from './migrate.ts';
import { sqlActivityStore } from './sql-activity-store.ts';
import { sqlArchiveStore } from './sql-archive-store.ts';
import { sqlBatchStore } from './sql-batch-store.ts';
import type { SqlClient } from './sql-client.ts';
import { sqlExecutionStore } from './sql-execution-store.ts';
import { sqlMachineStore } from './sql-machine-store.ts';
import { sqlMessageStore } from './sql-message-store.ts';
import { SqlSession, type SqlSessionOptions } from './sql-session.ts';
import { sqlSignalStore } from './sql-signal-store.ts';
import { sqlTaskStore } from './sql-task-store.ts';
import { sqlWorkStore } from './sql-work-store.ts';
import { sqlWorkerStore } from './sql-worker-store.ts';

/**
 * A store that keeps everything in the schema `millrace` of `client`'s database; closing it closes
 * the client.
 */
export function sqlStore(client: SqlClient, options: SqlSessionOptions = {}): Store {
  const session = new SqlSession(client, options);
  return {
    description: client.description,
    ...sqlMachineStore(session),
    ...sqlExecutionStore(session),
    ...sqlSignalStore(session),
    ...sqlMessageStore(session),
    ...sqlActivityStore(session),
    ...sqlBatchStore(session),
    ...sqlArchiveStore(session),
    ...sqlTaskStore(session),
    ...sqlWorkerStore(session),
    ...sqlWorkStore(session),
    migrate: () => migrate(client),
    inspect: () => inspectServer(session),
    close: () => client.close(),
  };
}
