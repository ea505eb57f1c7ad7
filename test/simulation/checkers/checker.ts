/** What a checker is: one invariant, and the ways to notice that it is broken. */
import type { BatchRecord } from '../../../lib/ports/batch-store.ts';
import type { Store } from '../../../lib/ports/store.ts';
import type { ClusterSettings } from '../cluster.ts';
import type { Ledger } from '../ledger.ts';
import type { Observation } from '../observed-store.ts';
import type { DrawnTask } from '../queued-tasks.ts';
import type { DrawnBatch } from '../workload.ts';

/** All that may be looked at. */
export interface Evidence {
  readonly store: Store;
  readonly ledger: Ledger;
  /** The batches that were started. */
  readonly batches: readonly DrawnBatch[];
  /** The batches that distributed Maps were run as. */
  readonly mapRuns: readonly BatchRecord[];
  /** What programs have queued. */
  readonly tasks: readonly DrawnTask[];
  /** When an execution is given up, and how long one is kept. */
  readonly settings: Pick<ClusterSettings, 'stallsMax' | 'retentionMs'>;
  /** Whether all is well by now, and no worker runs anything. */
  readonly isIdle: boolean;
  /** The true time, in milliseconds since 1970. */
  readonly now: number;
  /** What the stopped cluster still holds on to; known at the end only. */
  readonly leftovers: readonly string[];
}

/** Each method answers what is broken, a sentence each; none when all holds. */
export interface Checker {
  /** What holds. */
  readonly invariant: string;
  /** Told of every change, before it is in the ledger. */
  seen?(observation: Observation, ledger: Ledger): string[];
  /** Asked now and then, between two instants. */
  look?(evidence: Evidence): Promise<string[]>;
  /** Asked once, when everything has come to rest and is stopped. */
  judge?(evidence: Evidence): Promise<string[]>;
}
