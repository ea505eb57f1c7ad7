/** What a user writes for a Task state: a function, and what it may use. */
import type { Json } from '../../asl/json/json.ts';
import type { Logger } from '../../ports/logger.ts';

/** What a handler is told beside its input. */
export interface HandlerContext {
  /** Tries of this visit of the state before this one: 0 at first, 1 at the first retry. */
  readonly attempt: number;
  /**
   * The same again when a crash makes the call happen twice: give it to whatever must not happen
   * twice.
   */
  readonly idempotencyKey: string;
  /**
   * Aborts when the answer no longer matters (time-out, abort, shutdown); pass it on to what waits.
   */
  readonly signal: AbortSignal;
  /** What outsiders answer with, in a Task with `.waitForTaskToken` or an activity. */
  readonly taskToken?: string;
  readonly execution: { readonly id: string; readonly arn: string; readonly name: string };
  readonly machineId: string;
  readonly batchId: string | null;
  readonly stateName: string;
  readonly logger: Logger;
  /** Tells that the work is alive, for states with `HeartbeatSeconds`. */
  heartbeat(): void;
}

/**
 * The work of a Task state. What it returns is the task's result (undefined counts as null). What
 * it throws fails the task: the error's `name` is what `Retry` and `Catch` match.
 *
 * @example const charge: Handler = async (order, { idempotencyKey }) => ({ receipt: await
 * pay(order, idempotencyKey) });
 */
// biome-ignore lint/suspicious/noExplicitAny: a handler declares the input it expects; JSON cannot be checked here
export type Handler = (input: any, context: HandlerContext) => unknown;

/** Handlers by the name that a definition's `Resource` uses. */
export type Handlers = Readonly<Record<string, Handler>>;

/**
 * An input transformer of a batch: the item as the source gave it, and its index, to the
 * execution's input.
 */
export type Transformer = (item: Json, index: number) => Json;
