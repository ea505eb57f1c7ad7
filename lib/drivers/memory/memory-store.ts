/**
 * The store in plain data structures: the reference for the SQL stores, used by simulations and
 * temporary runs. Everything is lost with the process. It returns copies.
 */
import type { Store } from '../../ports/store/store.ts';
import { createMemoryFigureQueries } from './figures/memory-figure-queries.ts';
import { createMemoryFigureStore } from './figures/memory-figure-store.ts';
import { createMemoryMachineRegistry } from './machines/memory-machine-registry.ts';
import { createMemoryActivityStore } from './memory-activity-store.ts';
import { createMemoryArchiveStore } from './memory-archive-store.ts';
import { createMemoryBacklogStore } from './memory-backlog-store.ts';
import { createMemoryBatchQueries } from './memory-batch-queries.ts';
import { createMemoryBatchStore } from './memory-batch-store.ts';
import { createMemoryCheckpointStore } from './memory-checkpoint-store.ts';
import { createMemoryClaimStore } from './memory-claim-store.ts';
import { createMemoryExecutionQueries } from './memory-execution-queries.ts';
import { createMemoryExecutionStore } from './memory-execution-store.ts';
import { createMemoryMachineStore } from './memory-machine-store.ts';
import { createMemoryMessageStore } from './memory-message-store.ts';
import { createMemorySignalStore } from './memory-signal-store.ts';
import { createMemorySweepStore } from './memory-sweep-store.ts';
import { MemoryTables } from './memory-tables.ts';
import { createMemoryTaskStore } from './memory-task-store.ts';
import { createMemoryWorkerStore } from './memory-worker-store.ts';
import { createMemoryOperatorStore } from './orders/memory-operator-store.ts';

/** Options of {@link openMemoryStore}. */
export interface MemoryStoreOptions {
  /** Milliseconds since 1970. @default the system's clock */
  readonly now?: () => number;
}

/** Creates a new, empty store. */
export function openMemoryStore(options: MemoryStoreOptions = {}): Store {
  const tables = new MemoryTables(options.now ?? Date.now);
  const workers = createMemoryWorkerStore(tables);
  const backlog = createMemoryBacklogStore(tables);
  return {
    description: 'memory of this process',
    ...createMemoryMachineStore(tables),
    ...createMemoryMachineRegistry(tables),
    ...createMemoryExecutionStore(tables),
    ...createMemoryExecutionQueries(tables),
    ...createMemoryClaimStore(tables),
    ...createMemoryCheckpointStore(tables),
    ...createMemorySweepStore(tables),
    ...createMemorySignalStore(tables),
    ...createMemoryMessageStore(tables),
    ...createMemoryActivityStore(tables),
    ...createMemoryBatchStore(tables),
    ...createMemoryBatchQueries(tables),
    ...createMemoryFigureQueries(tables, { ...workers, ...backlog }),
    ...createMemoryFigureStore(tables),
    ...createMemoryArchiveStore(tables),
    ...createMemoryTaskStore(tables),
    ...workers,
    ...createMemoryOperatorStore(tables),
    ...backlog,
    migrate: async () => {},
    inspect: async () => ({
      version: null,
      schema: { applied: 0, known: 0, fits: true },
      now: tables.now(),
      warnings: [],
      refusals: [],
      advice: [],
    }),
    close: async () => {},
  };
}
