/**
 * The store in plain data structures: the reference that the SQL stores are compared with, and what
 * simulations and throw-away runs use. Everything is gone with the process. What it hands out are
 * copies.
 */
import type { Store } from '../../ports/store.ts';
import { memoryActivityStore } from './memory-store-activities.ts';
import { memoryArchiveStore } from './memory-store-archive.ts';
import { memoryBatchStore } from './memory-store-batches.ts';
import { memoryExecutionStore } from './memory-store-executions.ts';
import { memoryMachineStore } from './memory-store-machines.ts';
import { memoryMessageStore } from './memory-store-messages.ts';
import { memorySignalStore } from './memory-store-signals.ts';
import { MemoryTables } from './memory-store-tables.ts';
import { memoryTaskStore } from './memory-store-tasks.ts';
import { memoryWorkStore } from './memory-store-work.ts';
import { memoryWorkerStore } from './memory-store-workers.ts';

/** Options of {@link openMemoryStore}. */
export interface MemoryStoreOptions {
  /** Milliseconds since 1970. @default the system's clock */
  readonly now?: () => number;
}

/** A new, empty store. */
export function openMemoryStore(options: MemoryStoreOptions = {}): Store {
  const tables = new MemoryTables(options.now ?? Date.now);
  return {
    description: 'memory of this process',
    ...memoryMachineStore(tables),
    ...memoryExecutionStore(tables),
    ...memorySignalStore(tables),
    ...memoryMessageStore(tables),
    ...memoryActivityStore(tables),
    ...memoryBatchStore(tables),
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
