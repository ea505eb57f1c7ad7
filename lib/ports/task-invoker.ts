/** Does the work of a Task state: calls a handler of the app, a Lambda function, a service. */
import type { Json, JsonObject } from '../asl/json/json.ts';
import type { CallPattern } from '../engine/task/task-resource.ts';

/** One call. */
export interface Invocation {
  /** The Task's `Resource`, as written in the definition. */
  readonly resource: string;
  readonly parameters: Json;
  /** How the answer comes. */
  readonly pattern: CallPattern;
  /** What outsiders answer with; absent where the pattern is `request`. */
  readonly taskToken?: string;
  /** The effective `Credentials`; absent without. */
  readonly credentials?: JsonObject;
  /** `executionId:stateEntry:attempt`: the same again when a crash makes the call happen twice. */
  readonly idempotencyKey: string;
  /** Aborts when the answer no longer matters: time-out, cancellation, shutdown past its grace. */
  readonly signal: AbortSignal;
  readonly execution: { readonly id: string; readonly arn: string; readonly name: string };
  readonly machineId: string;
  readonly batchId: string | null;
  /** The queue that the execution's own tasks go to. */
  readonly queue: string;
  readonly stateName: string;
  /** Tries of this visit of the state before this one. */
  readonly attempt: number;
  /** Tells that the work is alive (`HeartbeatSeconds`). */
  heartbeat(): void;
}

/** The key of the call that a command of an execution is. */
export function idempotencyKeyOf(executionId: string, command: string): string {
  return `${executionId}:${command}`;
}

/** The command that a call carries out. */
export function commandIn({
  execution,
  idempotencyKey,
}: Pick<Invocation, 'execution' | 'idempotencyKey'>): string {
  return idempotencyKey.slice(execution.id.length + 1);
}

/**
 * How a call ended. A failure is a value: its `error` is what `ErrorEquals` matches. `submitted` is
 * the reply to a request that was accepted: the answer comes later, from outside.
 */
export type InvocationResult =
  | { readonly ok: true; readonly result: Json }
  | { readonly ok: true; readonly submitted: Json }
  | { readonly ok: false; readonly error: string; readonly cause: string };

/** A Task's work as far as its definition tells it. */
export interface TaskCall {
  readonly resource: string;
  /** `Parameters` or `Arguments`: as written, or as they came out; absent when there are none. */
  readonly parameters?: Json;
}

export interface TaskInvoker {
  /**
   * Why no call of `task` could be made at all, in words that say what to do; null when one could.
   * Asked before an execution or a batch starts, so it is quick and loads nothing.
   */
  refusal(task: TaskCall): string | null;
  /**
   * Resolves always; what the handler throws is a failure, and an unknown resource is one too,
   * never an echo.
   */
  invoke(invocation: Invocation): Promise<InvocationResult>;
  /**
   * The command that was invoked waits no longer for an answer from outside. Resolves always; a
   * crash may leave it unsaid.
   */
  cancel?(executionId: string, command: string): Promise<void>;
}
