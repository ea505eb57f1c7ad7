/**
 * What a transition asks of the world. Plain JSON; carried out by `roles/executor` after the
 * snapshot is durable.
 */
import type { Json } from '../asl/json.ts';
import type { EndStatus } from './status.ts';

/** Runs the work of a Task state. */
export interface InvokeEffect {
  readonly type: 'invoke';
  /**
   * Unique in the execution, the same again after a crash: `<id of the state's entered
   * event>:<attempt, from 0>`.
   */
  readonly command: string;
  /** The Task's `Resource`, as written. */
  readonly resource: string;
  readonly stateName: string;
  /** The effective input, after `InputPath` and `Parameters`. */
  readonly parameters: Json;
  /** Tries of this visit before this one; 0 at first. */
  readonly attempt: number;
}

/**
 * Stops the work of a command whose answer no longer matters (timed out, a sibling branch failed,
 * aborted).
 */
export interface CancelEffect {
  readonly type: 'cancel';
  readonly command: string;
}

/** The execution ended. */
export interface FinishEffect {
  readonly type: 'finish';
  readonly status: EndStatus;
  /** Present when SUCCEEDED. */
  readonly output?: Json;
  readonly error?: string;
  readonly cause?: string;
}

export type Effect = InvokeEffect | CancelEffect | FinishEffect;
