/** Types of the functions that users write. */
import type { Json } from '../../asl/json/json.ts';
import type { Logger } from '../../ports/logger.ts';

/** What a handler receives in addition to its input. */
export interface HandlerContext {
  /** Number of retries of this visit of the state: 0 for the first call, 1 for the first retry. */
  readonly retryCount: number;
  /**
   * The same for every call of this state and retry, also if a crash makes the call happen twice:
   * pass it to services that must not act twice.
   */
  readonly idempotencyKey: string;
  /** Aborts when the result no longer matters: timeout, cancellation, shutdown. */
  readonly signal: AbortSignal;
  /** The token for sending the result, in a Task with `.waitForTaskToken` or an activity. */
  readonly taskToken?: string;
  readonly execution: { readonly id: string; readonly arn: string; readonly name: string };
  readonly machineId: string;
  readonly batchId: string | null;
  readonly stateName: string;
  /**
   * The place of this call in its trace, for the header `traceparent` of a request; absent without
   * tracing. Instrumented clients need it not: the span is the active one of OpenTelemetry.
   */
  readonly traceparent?: string;
  readonly logger: Logger;
  /** Reports that the work is alive, for states with `HeartbeatSeconds`. */
  heartbeat(): void;
}

/**
 * Does the work of a Task state. Its return value is the task's result (undefined counts as null).
 * An error that it throws fails the task; `Retry` and `Catch` match the error's `name`.
 *
 * @example const charge: Handler = async (order, { idempotencyKey }) => ({ receipt: await
 * pay(order, idempotencyKey) });
 */
export type Handler = (
  // biome-ignore lint/suspicious/noExplicitAny: a handler declares the input it expects; JSON cannot be checked here
  input: any,
  context: HandlerContext,
) => unknown;

/** Handlers by their name in a definition's `Resource`. */
export type Handlers = Readonly<Record<string, Handler>>;

/** Converts an item of a batch's source, with its index, to the input of its execution. */
export type Transformer = (item: Json, index: number) => Json;
