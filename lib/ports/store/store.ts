import type { ActivityStore } from './activity-store.ts';
import type { ArchiveStore } from './archive-store.ts';
import type { BacklogStore } from './backlog-store.ts';
import type { BatchQueries } from './batch-queries.ts';
import type { BatchStore } from './batch-store.ts';
import type { CheckpointStore } from './checkpoint-store.ts';
import type { ClaimStore } from './claim-store.ts';
import type { ExecutionQueries } from './execution-queries.ts';
import type { ExecutionStore, TransactionClient, TransactionStore } from './execution-store.ts';
import type { FigureQueries } from './figures/figure-queries.ts';
import type { FigureStore } from './figures/figure-store.ts';
import type { FindStore } from './find-store.ts';
import type { LeaseStore } from './lease-store.ts';
import type { LimitStore } from './limits/limit-store.ts';
import type { MachineStore } from './machine-store.ts';
import type { MachineRegistryStore } from './machines/machine-registry-store.ts';
import type { MessageStore } from './message-store.ts';
import type { OperatorStore } from './operator-store.ts';
import type { SignalStore } from './signal-store.ts';
import type { SweepStore } from './sweep-store.ts';
import type { TaskStore } from './task-store.ts';
import type { WorkerStore } from './worker-store.ts';

/** Facts about a database, for diagnosis. */
export interface StoreFacts {
  /** Version of the database software; null for a store that has none. */
  readonly version: string | null;
  /**
   * The schema's current version, the newest that this program knows, and whether this program
   * works on it. It also works on a newer one that only adds to what it uses.
   */
  readonly schema: { readonly applied: number; readonly known: number; readonly fits: boolean };
  /** The database's clock, in milliseconds since 1970. */
  readonly now: number;
  /** Sentences about settings that can lose written data. */
  readonly warnings: readonly string[];
  /** Why it takes no writes now: sentences that name the remedy. */
  readonly refusals: readonly string[];
  /** Sentences about what works, but perhaps not for long: connections that run out, a pooler. */
  readonly advice: readonly string[];
}

/** How a pool of connections to a database server is used now. */
export interface PoolUse {
  readonly busy: number;
  readonly idle: number;
  /** Calls that wait for a connection. */
  readonly waiting: number;
  /** Maximum number of connections. */
  readonly max: number;
}

/** A role of the database that logs in with a password. */
export interface StoreLogin {
  readonly name: string;
  /** Printable ASCII characters. */
  readonly password: string;
}

/**
 * Roles of the database besides the owner of the schema, who migrates it: by their name, or with
 * the password that they are to log in with from now on.
 */
export interface StoreRoles {
  /** Leaders, workers and programs: reads and writes rows. @default none */
  readonly application?: string | StoreLogin | undefined;
  /** Reads rows. @default none */
  readonly reader?: string | StoreLogin | undefined;
}

/** What a read replica of a store answers: what people look at, and no program decides by. */
export type ReplicaQueries = Pick<
  Store,
  | 'listExecutions'
  | 'listDocuments'
  | 'scanExecutions'
  | 'listBatches'
  | 'listTasks'
  | 'countTasks'
  | 'listArchive'
  | 'summarizeArchive'
  | 'find'
  | 'readOverview'
  | 'readSeries'
  | 'readFailures'
  | 'readFingerprints'
>;

/** Everything that a database driver offers. */
export interface Store
  extends MachineStore,
    MachineRegistryStore,
    ExecutionStore,
    ExecutionQueries,
    FindStore,
    ClaimStore,
    LimitStore,
    CheckpointStore,
    LeaseStore,
    SweepStore,
    SignalStore,
    MessageStore,
    ActivityStore,
    BatchStore,
    BatchQueries,
    FigureQueries,
    FigureStore,
    ArchiveStore,
    TaskStore,
    WorkerStore,
    OperatorStore,
    BacklogStore {
  /** One readable line: which database, where (never a password). */
  readonly description: string;
  /**
   * How long writes are collected before they are written together, in milliseconds: above 0 where
   * that costs less than the calls it saves. @default 0
   */
  readonly gatherMs?: number;
  /**
   * The same from a read replica, which lags behind; absent in a store without one. Fingerprints
   * are among them, so that a page asks again once the replica has what it shows.
   */
  readonly replica?: ReplicaQueries;
  /**
   * Returns what records executions in the transaction that a caller has begun; absent in a store
   * that callers cannot have a connection to. Their tasks are not sent: the sweeper does.
   */
  within?(client: TransactionClient): TransactionStore;
  /** Returns how its pool of connections is used; absent for a store without a pool. */
  poolUse?(): PoolUse;
  /**
   * Announces where this process serves its dashboard to processes that cannot open the store,
   * because this one has locked it; null withdraws that. Absent in a store that any number of
   * processes open.
   */
  announce?(url: string | null): void;
  /**
   * Updates the schema, once, under a lock; safe to call from many processes at once.
   * @param roles roles of the database that get what they need, and nothing else; ignored by a
   * store that only its process uses. @default none
   */
  migrate(roles?: StoreRoles): Promise<void>;
  /** Reads facts about the database and changes nothing; works before the first `migrate`. */
  inspect(): Promise<StoreFacts>;
  close(): Promise<void>;
}
