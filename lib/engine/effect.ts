import type { Json, JsonObject } from '../asl/json/json.ts';
import type { MapRunSpec } from './map-run/map-run-spec.ts';
import type { EndStatus } from './status.ts';
import type { CallPattern } from './task/task-resource.ts';

/** Starts the work of a Task state. */
export interface InvokeEffect {
  readonly type: 'invoke';
  /**
   * Unique in the execution, and the same again after a crash: `<id of the state's entered
   * event>:<number of the run of the state, from 0>`.
   */
  readonly command: string;
  /** The Task's `Resource`, as written. */
  readonly resource: string;
  readonly pattern: CallPattern;
  /** Token for answering the command from outside; absent where the pattern has none. */
  readonly taskToken?: string;
  /** The effective `Credentials`; absent when there are none. */
  readonly credentials?: JsonObject;
  readonly stateName: string;
  /** The effective input, after `InputPath` and `Parameters`. */
  readonly parameters: Json;
  /** Number of earlier runs of the state in this visit, by retries and redrives. */
  readonly retryCount: number;
  /** Number of this call among those of its mocked state, from 0; absent for any other state. */
  readonly mockedCall?: number;
}

/** Starts the run of a distributed Map; its answer is the outputs of the child executions. */
export interface MapRunEffect {
  readonly type: 'mapRun';
  /** See {@link InvokeEffect.command}. */
  readonly command: string;
  readonly run: MapRunSpec;
}

/**
 * Continues the run of a distributed Map that has ended, with the children that did not succeed and
 * the items that have none; it is answered like the start of a run.
 */
export interface MapRunRedriveEffect {
  readonly type: 'mapRunRedrive';
  /** See {@link InvokeEffect.command}. */
  readonly command: string;
  readonly mapRunArn: string;
  readonly stateName: string;
}

/**
 * Cancels the work of a command whose answer no longer matters (timed out, a sibling branch failed,
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

/** An effect that is answered under the name of its command. */
export type CommandEffect = InvokeEffect | MapRunEffect | MapRunRedriveEffect;

/**
 * What the caller of a transition must do as soon as the snapshot is durable, and not before. Plain
 * JSON.
 */
export type Effect = CommandEffect | CancelEffect | FinishEffect;

/** Whether the effect sends a command. */
export function isCommand(effect: Effect): effect is CommandEffect {
  return effect.type !== 'cancel' && effect.type !== 'finish';
}
