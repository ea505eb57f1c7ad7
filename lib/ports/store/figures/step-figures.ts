/** The figures that travel with checkpoints: what each step adds, and what a process has summed. */
import type { HistogramText } from '../../../engine/figures/duration-histogram.ts';
import type { SeriesCounts } from '../../../engine/figures/series-counts.ts';
import type { StateCount } from '../../../engine/figures/state-counts.ts';

/**
 * What state counts belong to: `b:<batch>`, or `m:<machine>@<version>` for the executions of a
 * version that belong to no batch.
 */
export type FigureScope = string;

/** What a checkpoint adds to the figures of its scope. */
export interface StepFigures {
  readonly scope: FigureScope;
  /** Each state once. */
  readonly states: readonly Readonly<StateCount>[];
  /** Set when the execution ended without success and belongs to a batch; null otherwise. */
  readonly failure: StepFailure | null;
}

/** The end of an execution without success. */
export interface StepFailure {
  /** The name of the error. Names that are too many to keep apart are {@link otherErrors}. */
  readonly error: string;
  /** The innermost state that it ended in; '' for none. */
  readonly state: string;
}

/** Stands for the names of errors that were too many to keep apart. */
export const otherErrors = '(other)';

/** What a series is about: everything, a queue, a machine or a batch. */
export type SeriesKind = 'total' | 'queue' | 'machine' | 'batch';

/** Time slots, in milliseconds: series are recorded in the first and folded into the others. */
export const seriesSteps = Object.freeze({ recent: 10_000, day: 60_000, old: 3_600_000 });

/** How long slots are kept before they are folded into longer ones, in milliseconds. */
export const seriesKept = Object.freeze({ recent: 7_200_000, day: 172_800_000 });

/** What the executions of one process did in one time slot. */
export interface SeriesSum extends SeriesCounts {
  readonly kind: SeriesKind;
  /** The queue, machine or batch; '' for everything. */
  readonly key: string;
  /** The start of the slot, in milliseconds since 1970. */
  readonly at: number;
  /** How long the executions that ended had taken; null when none did. */
  readonly took: HistogramText | null;
}

/** How long executions were in a state, from entry to exit. */
export interface StateTimes {
  readonly scope: FigureScope;
  readonly state: string;
  readonly took: HistogramText;
}

/** What a process has summed since it last wrote its sums. */
export interface ProcessSums {
  readonly series: readonly SeriesSum[];
  readonly times: readonly StateTimes[];
}
