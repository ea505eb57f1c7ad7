import type { EndStatus } from '../../../engine/status.ts';
import type { VisitMark } from '../../../engine/transition-context.ts';
import type { Checkpoint } from '../../../ports/store/checkpoint-store.ts';
import type { ClaimedExecution } from '../../../ports/store/claim-store.ts';
import type { StepFigures } from '../../../ports/store/figures/step-figures.ts';

/** The series that an execution belongs to. */
export type Lane = Pick<ClaimedExecution, 'queue' | 'machineId' | 'batchId'>;

/** What a checkpoint adds to the figures of its states, and to the sums of its process. */
export interface MeasuredStep extends StepFigures {
  readonly lane: Lane;
  /** Whether the execution began with it. */
  readonly isStart: boolean;
  /** How the execution ended; null when it goes on. */
  readonly end: EndStatus | null;
  /** With an end: how long the execution took, in milliseconds. */
  readonly tookMs: number;
  /** Number of retries by retriers, and of the whole execution. */
  readonly retries: number;
  readonly isArchived: boolean;
  /** The states that were exited. */
  readonly exits: readonly VisitMark[];
}

/** A checkpoint of a run whose process keeps figures. */
export interface MeasuredCheckpoint extends Checkpoint {
  /** The same as its `figures`. */
  readonly measured?: MeasuredStep;
}
