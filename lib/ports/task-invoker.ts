import type { Json, JsonObject } from '../asl/json/json.ts';
import type { CallPattern } from '../engine/task/task-resource.ts';

/** One call. */
export interface Invocation {
  /** The Task's `Resource`, as written in the definition. */
  readonly resource: string;
  readonly parameters: Json;
  /** How the result arrives. */
  readonly pattern: CallPattern;
  /** The token for a result from outside; absent when the pattern is `request`. */
  readonly taskToken?: string;
  /** The effective `Credentials`; absent when there are none. */
  readonly credentials?: JsonObject;
  /** `executionId:stateEntry:retryCount`: the same when a crash makes the call happen twice. */
  readonly idempotencyKey: string;
  /** Aborts when the result no longer matters: timeout, cancellation, shutdown past its grace. */
  readonly signal: AbortSignal;
  readonly execution: { readonly id: string; readonly arn: string; readonly name: string };
  readonly machineId: string;
  readonly batchId: string | null;
  /** The queue that the execution's own tasks go to. */
  readonly queue: string;
  readonly stateName: string;
  /** Number of retries within this visit of the state; 0 for the first call. */
  readonly retryCount: number;
  /** Number of this call among those of its mocked state, from 0. @default no mocked state */
  readonly mockedCall?: number;
  /** Names the span of this call, for calls to others that are traced; absent without tracing. */
  readonly traceparent?: string;
  /** Reports that the work is alive (`HeartbeatSeconds`). */
  heartbeat(): void;
}

/**
 * How the work of a Task ended. A failure is a value: its `error` is what `ErrorEquals` matches.
 */
export type CallResult =
  | { readonly ok: true; readonly result: Json }
  | { readonly ok: false; readonly error: string; readonly cause: string };

/**
 * Result of a call. `submitted` is the response to a request that was accepted: the result arrives
 * later, from outside, unless `answer` has it already.
 */
export type InvocationResult =
  | CallResult
  | { readonly ok: true; readonly submitted: Json; readonly answer?: CallResult };

/** A Task's call as far as its definition describes it. */
export interface TaskCall {
  readonly resource: string;
  /** `Parameters` or `Arguments`: as written, or evaluated; absent when there are none. */
  readonly parameters?: Json;
  /**
   * Whether `parameters` are as written, so that they can be judged before anything is called.
   * @default false
   */
  readonly asWritten?: boolean;
}

/** Does the work of a Task state: calls a handler of the app, a Lambda function, a service. */
export interface TaskInvoker {
  /**
   * Returns why no call of `task` could be made, with what to do about it; null when one could.
   * Called before an execution or a batch starts, so it is quick and loads nothing.
   */
  findRefusal(task: TaskCall): string | null;
  /** Never rejects: what the handler throws is a failure, and so is an unknown resource. */
  invoke(invocation: Invocation): Promise<InvocationResult>;
  /**
   * Reports that the invoked command no longer waits for a result from outside. Never rejects; best
   * effort, because a crash may prevent the call.
   */
  cancel?(executionId: string, command: string): Promise<void>;
}
