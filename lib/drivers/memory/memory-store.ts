/**
 * The store in plain data structures: the reference for the SQL stores, used by simulations and
 * temporary runs. Everything is gone with the process. It returns copies.
 */
import type { Store } from '../../ports/store/store.ts';
import { memoryActivityStore } from './memory-activity-store.ts';
import { memoryArchiveStore } from './memory-archive-store.ts';
import { memoryBatchQueries } from './memory-batch-queries.ts';
import { memoryBatchStore } from './memory-batch-store.ts';
import { memoryCheckpointStore } from './memory-checkpoint-store.ts';
import { memoryClaimStore } from './memory-claim-store.ts';
import { memoryExecutionQueries } from './memory-execution-queries.ts';
import { memoryExecutionStore } from './memory-execution-store.ts';
import { memoryMachineStore } from './memory-machine-store.ts';
import { memoryMessageStore } from './memory-message-store.ts';
import { memorySignalStore } from './memory-signal-store.ts';
import { memorySweepStore } from './memory-sweep-store.ts';
import { MemoryTables } from './memory-tables.ts';
import { memoryTaskStore } from './memory-task-store.ts';
import { memoryWorkStore } from './memory-backlog-store.ts';
import { memoryWorkerStore } from './memory-worker-store.ts';

/** Options of {@link openMemoryStore}. */
export interface MemoryStoreOptions {
  /** Milliseconds since 1970. @default the system's clock */
  readonly now?: () => number;
}

/** Creates a new, empty store. */
export function openMemoryStore(options: MemoryStoreOptions = {}): Store {
  const tables = new MemoryTables(options.now ?? Date.now);
  return {
    description: 'memory of this process',
    ...memoryMachineStore(tables),
    ...memoryExecutionStore(tables),
    ...memoryExecutionQueries(tables),
    ...memoryClaimStore(tables),
    ...memoryCheckpointStore(tables),
    ...memorySweepStore(tables),
    ...memorySignalStore(tables),
    ...memoryMessageStore(tables),
    ...memoryActivityStore(tables),
    ...memoryBatchStore(tables),
    ...memoryBatchQueries(tables),
    ...memoryArchiveStore(tables),
    ...memoryTaskStore(tables),
    ...memoryWorkerStore(tables),
    ...memoryWorkStore(tables),
    migrate: async () => {},
    inspect: async () => ({
      version: null,
      schema: { applied: 0, known: 0 },
      now: tables.now(),
      warnings: [],
    }),
    close: async () => {},
  };
}
