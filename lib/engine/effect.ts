/**
 * What a transition asks of the world. Plain JSON; carried out by `roles/executor` after the
 * snapshot is durable.
 */
import type { Json, JsonObject } from '../asl/json/json.ts';
import type { MapRunSpec } from './map-run/map-run-spec.ts';
import type { EndStatus } from './status.ts';
import type { CallPattern } from './task/task-resource.ts';

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
  readonly pattern: CallPattern;
  /** What outsiders answer the command with; absent where the pattern is `request`. */
  readonly taskToken?: string;
  /** The effective `Credentials`; absent without. */
  readonly credentials?: JsonObject;
  readonly stateName: string;
  /** The effective input, after `InputPath` and `Parameters`. */
  readonly parameters: Json;
  /** Tries of this visit before this one; 0 at first. */
  readonly attempt: number;
}

/** Starts the child executions of a distributed Map; answered like a call, by their outputs. */
export interface MapRunEffect {
  readonly type: 'mapRun';
  /** As that of {@link InvokeEffect}. */
  readonly command: string;
  readonly run: MapRunSpec;
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

/** Work that a command names, to be answered. */
export type CommandEffect = InvokeEffect | MapRunEffect;

export type Effect = CommandEffect | CancelEffect | FinishEffect;

/** Whether the effect sends a command out. */
export function isCommand(effect: Effect): effect is CommandEffect {
  return effect.type === 'invoke' || effect.type === 'mapRun';
}
