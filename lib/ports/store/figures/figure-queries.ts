import type { HistogramText } from '../../../engine/figures/duration-histogram.ts';
import type { SeriesCounts } from '../../../engine/figures/series-counts.ts';
import type { BatchCounters, BatchStatus } from '../batch-store.ts';
import type { WorkerRecord } from '../worker-store.ts';
import type { FigureScope, SeriesKind } from './step-figures.ts';

/** The figures of one state. */
export interface StateFigures {
  readonly state: string;
  readonly current: number;
  readonly entered: number;
  readonly failed: number;
  readonly caught: number;
  readonly retried: number;
  /** Histograms of the time from entry to exit; their sum counts. */
  readonly took: readonly HistogramText[];
}

/** The batch of a scope, without its documents. */
export interface FiguredBatch extends BatchCounters {
  readonly machineId: string;
  readonly machineVersion: number;
}

/** The figures of a scope at one moment. */
export interface ScopeFigures {
  /** The scope's batch; null for a scope without one. */
  readonly batch: FiguredBatch | null;
  /** By name. A state '' has the executions that failed before they entered a state. */
  readonly states: readonly StateFigures[];
}

/** The failures of a batch with one error in one state. */
export interface FailureFigures {
  readonly error: string;
  readonly state: string;
  readonly count: number;
  /** Milliseconds since 1970. */
  readonly firstAt: number;
  readonly lastAt: number;
  /** The execution that failed last, as it is now; null when it has been deleted. */
  readonly sample: {
    readonly executionId: string;
    readonly name: string;
    readonly cause: string | null;
  } | null;
}

/** The most frequent failures of a batch. */
export interface FailureList {
  readonly rows: readonly FailureFigures[];
  /** The number of all failures. */
  readonly total: number;
  /** Whether the scope's batch exists. */
  readonly isKnown: boolean;
}

/** The states of some open executions of a batch, where no counts are kept. */
export interface StateSample {
  /** Whether every open execution of the batch is in it. */
  readonly isComplete: boolean;
  /** The number of executions by the state of the root branch; '' for those not begun. */
  readonly states: readonly { readonly state: string; readonly count: number }[];
}

/** Selects the time slots of a series. Times are milliseconds since 1970. */
export interface SeriesQuery {
  readonly kind: SeriesKind;
  /** Only this queue, machine or batch; null for the busiest {@link seriesKeysMax} or more. */
  readonly key: string | null;
  /** Inclusive. */
  readonly from: number;
  /** Exclusive. */
  readonly to: number;
  /** The length of a slot in the result, counted from `from`. */
  readonly stepMs: number;
  /** Whether durations are read. */
  readonly withTook: boolean;
}

/** One time slot of a series in which something was recorded. */
export interface SeriesPoint extends SeriesCounts {
  readonly key: string;
  /** The number of the slot, from 0. */
  readonly slot: number;
  /** Measured by a leader: the highest value in the slot; null when none measured. */
  readonly depth: number | null;
  readonly oldestMs: number | null;
  readonly workers: number | null;
  readonly busy: number | null;
  /** Histograms of the durations of executions; their sum counts. */
  readonly took: readonly HistogramText[];
}

/** An open batch in an overview. */
export interface OverviewBatch extends BatchCounters {
  readonly id: string;
  readonly name: string;
  readonly machineId: string;
  readonly status: BatchStatus;
  readonly reason: string | null;
  readonly sourceDone: boolean;
  readonly createdAt: number;
}

/** What a leader and the workers recorded about a queue in one time slot. */
export interface QueuePoint {
  readonly queue: string;
  /** The start of the slot, in milliseconds since 1970. */
  readonly at: number;
  readonly received: number;
  readonly depth: number | null;
}

/** The state of a deployment at one moment. */
export interface OverviewFigures {
  /** The store's clock, in milliseconds since 1970. */
  readonly now: number;
  /** The newest open batches, map runs excluded, at most {@link overviewBatchesMax}. */
  readonly batches: readonly OverviewBatch[];
  /** What happened in the last hour. */
  readonly lastHour: Pick<SeriesCounts, 'ended' | 'failed' | 'archived'>;
  /** The number of archive entries, at most {@link archiveCountMax}. */
  readonly archived: number;
  readonly workers: readonly Pick<WorkerRecord, 'about' | 'alive' | 'running'>[];
  /** Executions that workers hold, by queue. */
  readonly held: readonly { readonly queue: string; readonly count: number }[];
  /** How long the oldest runnable execution of each queue has waited, in milliseconds. */
  readonly waits: readonly { readonly queue: string; readonly oldestMs: number }[];
  /** The newest slots of the queues, within {@link queuePointsMs}. */
  readonly queues: readonly QueuePoint[];
}

/** Maximum number of batches in an overview. */
export const overviewBatchesMax = 20;

/** A count of this many archive entries means "this many or more". */
export const archiveCountMax = 100_000;

/** How many queues, machines or batches a series is read for at least: the busiest ones. */
export const seriesKeysMax = 50;

/** How far back an overview looks for the rates of queues, in milliseconds. */
export const queuePointsMs = 90_000;

/** Maximum number of executions that are read to sample the states of a batch. */
export const sampledRowsMax = 20_000;

/** Reads figures: what each costs depends on the machines and queues, never on the executions. */
export interface FigureQueries {
  /** Reads the state counts of a scope, and its batch's counters, at one moment. */
  readStateFigures(scope: FigureScope): Promise<ScopeFigures>;
  /** Reads the failures of a scope, the most frequent first. */
  readFailures(scope: FigureScope, limit: number): Promise<FailureList>;
  /** Reads the states of open executions among the {@link sampledRowsMax} newest of a batch. */
  sampleStates(batchId: string): Promise<StateSample>;
  /** Reads a series by key and slot; slots without any record are left out. */
  readSeries(query: SeriesQuery): Promise<SeriesPoint[]>;
  readOverview(): Promise<OverviewFigures>;
}
