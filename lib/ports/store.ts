/** The whole store: what a database driver offers. */
import type { ActivityStore } from './activity-store.ts';
import type { ArchiveStore } from './archive-store.ts';
import type { BatchStore } from './batch-store.ts';
import type { ExecutionStore } from './execution-store.ts';
import type { MachineStore } from './machine-store.ts';
import type { MessageStore } from './message-store.ts';
import type { SignalStore } from './signal-store.ts';
import type { TaskStore } from './task-store.ts';
import type { WorkStore } from './work-store.ts';
import type { WorkerStore } from './worker-store.ts';

/** What a database says of itself, for whoever looks for what is wrong. */
export interface StoreFacts {
  /** Of the database's own software; null for one that is Millrace's. */
  readonly version: string | null;
  /** The schema's version as it is, and the newest that this program knows. */
  readonly schema: { readonly applied: number; readonly known: number };
  /** Its clock, in milliseconds since 1970. */
  readonly now: number;
  /** Sentences: settings by which what was written may be lost. */
  readonly warnings: readonly string[];
}

export interface Store
  extends MachineStore,
    ExecutionStore,
    SignalStore,
    MessageStore,
    ActivityStore,
    BatchStore,
    ArchiveStore,
    TaskStore,
    WorkerStore,
    WorkStore {
  /** A line for people: which database, where (never a password). */
  readonly description: string;
  /**
   * How long writes are gathered before they are written together, in milliseconds: more than 0
   * where a call costs more than that. @default 0
   */
  readonly gatherMs?: number;
  /** Brings the schema up to date, once, under a lock; safe to call from many processes at once. */
  migrate(): Promise<void>;
  /** Asks the database about itself and changes nothing; it need not be migrated. */
  inspect(): Promise<StoreFacts>;
  close(): Promise<void>;
}
