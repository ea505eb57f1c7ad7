import type { Store } from '../../ports/store/store.ts';
import { createSqlFigureStore } from './figures/sql-figure-store.ts';
import { inspectServer } from './inspect-server.ts';
import { createSqlMachineRegistry } from './machines/sql-machine-registry.ts';
import { migrate } from './migrate.ts';
import { createSqlOperatorStore } from './orders/sql-operator-store.ts';
import { createSqlArchiveStore } from './sql-archive-store.ts';
import { createSqlBacklogStore } from './sql-backlog-store.ts';
import { createSqlBatchQueries } from './sql-batch-queries.ts';
import { createSqlBatchStore } from './sql-batch-store.ts';
import { createSqlCallbackStore } from './sql-callback-store.ts';
import { createSqlCheckpointStore } from './sql-checkpoint-store.ts';
import { createSqlClaimStore } from './sql-claim-store.ts';
import type { SqlClient } from './sql-client.ts';
import { createSqlExecutionQueries } from './sql-execution-queries.ts';
import { createSqlExecutionStore } from './sql-execution-store.ts';
import { createSqlMachineStore } from './sql-machine-store.ts';
import { SqlSession, type SqlSessionOptions } from './sql-session.ts';
import { createSqlSweepStore } from './sql-sweep-store.ts';
import { createSqlTaskStore } from './sql-task-store.ts';
import { createSqlWorkerStore } from './sql-worker-store.ts';

/**
 * Creates a store over any SQL client. It keeps everything in the schema `millrace` of the client's
 * database; closing the store closes the client.
 */
export function createSqlStore(client: SqlClient, options: SqlSessionOptions = {}): Store {
  const session = new SqlSession(client, options);
  return {
    description: client.description,
    ...createSqlMachineStore(session),
    ...createSqlMachineRegistry(session),
    ...createSqlExecutionStore(session),
    ...createSqlExecutionQueries(session),
    ...createSqlClaimStore(session),
    ...createSqlCheckpointStore(session),
    ...createSqlSweepStore(session),
    ...createSqlCallbackStore(session),
    ...createSqlBatchStore(session),
    ...createSqlBatchQueries(session),
    ...createSqlFigureStore(session),
    ...createSqlArchiveStore(session),
    ...createSqlTaskStore(session),
    ...createSqlWorkerStore(session),
    ...createSqlOperatorStore(session),
    ...createSqlBacklogStore(session),
    migrate: () => migrate(client),
    inspect: () => inspectServer(session),
    ...(client.poolUse && { poolUse: client.poolUse.bind(client) }),
    close: () => client.close(),
  };
}
