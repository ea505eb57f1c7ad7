/** The interface of checkers, which each report when one invariant is broken. */
import type { BatchRecord } from '../../../lib/ports/store/batch-store.ts';
import type { Store } from '../../../lib/ports/store/store.ts';
import type { ClusterSettings } from '../cluster.ts';
import type { Ledger } from '../ledger.ts';
import type { Observation } from '../observed-store.ts';
import type { DrawnTask } from '../queued-tasks.ts';
import type { DrawnBatch } from '../workload.ts';

/** Everything that a checker may inspect. */
export interface Evidence {
  readonly store: Store;
  readonly ledger: Ledger;
  /** The batches that were started. */
  readonly batches: readonly DrawnBatch[];
  /** The batches that distributed Maps run as. */
  readonly mapRuns: readonly BatchRecord[];
  /** The tasks that programs have queued. */
  readonly tasks: readonly DrawnTask[];
  /** After how many stalls an execution fails, how long it is kept, and what spends deliveries. */
  readonly settings: Pick<ClusterSettings, 'stallsMax' | 'retentionMs' | 'spendsDeliveries'>;
  /** Whether the faults have ended, and no worker runs an execution. */
  readonly isIdle: boolean;
  /** The true time, in milliseconds since 1970. */
  readonly now: number;
  /** What the stopped cluster still holds; known only at the end. */
  readonly leftovers: readonly string[];
}

/** Checks one invariant. Each method returns one sentence for every problem that it finds. */
export interface Checker {
  /** The invariant, as a sentence. */
  readonly invariant: string;
  /** Called for every change, before the ledger records it. */
  observe?(observation: Observation, ledger: Ledger): string[];
  /** Called now and then, while nothing happens. */
  inspect?(evidence: Evidence): Promise<string[]>;
  /** Called once, when everything has ended and is stopped. */
  verify?(evidence: Evidence): Promise<string[]>;
}
