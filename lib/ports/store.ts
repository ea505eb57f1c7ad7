/** The whole store: what a database driver offers. */
import type { ActivityStore } from './activity-store.ts';
import type { ArchiveStore } from './archive-store.ts';
import type { BatchStore } from './batch-store.ts';
import type { ExecutionStore } from './execution-store.ts';
import type { MachineStore } from './machine-store.ts';
import type { MessageStore } from './message-store.ts';
import type { SignalStore } from './signal-store.ts';
import type { TaskStore } from './task-store.ts';
import type { WorkerStore } from './worker-store.ts';

export interface Store
  extends MachineStore,
    ExecutionStore,
    SignalStore,
    MessageStore,
    ActivityStore,
    BatchStore,
    ArchiveStore,
    TaskStore,
    WorkerStore {
  /** A line for people: which database, where (never a password). */
  readonly description: string;
  /** Brings the schema up to date, once, under a lock; safe to call from many processes at once. */
  migrate(): Promise<void>;
  close(): Promise<void>;
}
