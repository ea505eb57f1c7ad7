import type {
  CommandEffect,
  InvokeEffect,
  MapRunEffect,
  MapRunRedriveEffect,
} from '../../engine/effect.ts';
import type { UntimedEvent } from '../../engine/event.ts';
import { createIdempotencyKey } from '../../engine/task/idempotency-key.ts';
import { messageOf } from '../../errors.ts';
import type { Clock } from '../../ports/clock.ts';
import type { Logger } from '../../ports/logger.ts';
import type { Metrics } from '../../ports/metrics.ts';
import type { InvocationResult, TaskInvoker } from '../../ports/task-invoker.ts';
import type { Span } from '../../ports/tracer.ts';
import type { MapRuns } from '../batch/map-run-starter.ts';
import type { RunStart } from './run-start.ts';
import { noRunTrace } from './run-trace.ts';

/** What {@link RunningCalls} is constructed from. */
export interface RunningCallsDeps {
  readonly invoker: TaskInvoker;
  readonly mapRuns: MapRuns;
  readonly clock: Clock;
  /** Receives each failed call, at `debug`. @default nothing is logged */
  readonly logger?: Logger;
  /** Receives the number and the duration of calls. @default nothing is measured */
  readonly metrics?: Metrics;
}

/** What the calls are made for. */
type CallingExecution = Pick<RunStart, 'claimed' | 'identity' | 'trace' | 'limits'>;

/** The calls of one execution that this process makes: of handlers, and to start map runs. */
export class RunningCalls {
  readonly #deps: RunningCallsDeps;
  readonly #execution: CallingExecution;
  readonly #onEvent: (event: UntimedEvent) => void;
  /** Abort the calls, by command. */
  readonly #controllers = new Map<string, AbortController>();

  /** @param onEvent called with the heartbeats and answers of calls that were not cancelled */
  constructor(
    deps: RunningCallsDeps,
    execution: CallingExecution,
    onEvent: (event: UntimedEvent) => void,
  ) {
    this.#deps = deps;
    this.#execution = execution;
    this.#onEvent = onEvent;
  }

  /** The commands whose calls run. */
  get commands(): readonly string[] {
    return [...this.#controllers.keys()];
  }

  has(command: string): boolean {
    return this.#controllers.has(command);
  }

  /** Starts the call of a command. */
  start(effect: CommandEffect): void {
    const span = (this.#execution.trace ?? noRunTrace).startCall(effect);
    span.run(() => {
      if (effect.type === 'invoke') this.#invoke(effect, span);
      else this.#startMapRun(effect, span);
    });
  }

  /** Aborts the call of a command, or cancels what waits for its answer from outside. */
  async cancel(command: string): Promise<void> {
    const { invoker } = this.#deps;
    this.#controllers.get(command)?.abort();
    if (this.#controllers.delete(command)) return;
    await invoker.cancel?.(this.#execution.claimed.id, command);
  }

  /** Aborts all calls; their answers are ignored. */
  abortAll(): void {
    for (const controller of this.#controllers.values()) controller.abort();
    this.#controllers.clear();
  }

  #invoke(effect: InvokeEffect, span: Span): void {
    const { command } = effect;
    const { claimed, identity } = this.#execution;
    const { clock, metrics } = this.#deps;
    const startedMs = clock.monotonicMs();
    if (effect.retryCount > 0) metrics?.count('taskRetries');
    const answer = this.#deps.invoker.invoke({
      resource: effect.resource,
      parameters: effect.parameters,
      pattern: effect.pattern,
      ...(effect.taskToken === undefined ? {} : { taskToken: effect.taskToken }),
      ...(effect.credentials === undefined ? {} : { credentials: effect.credentials }),
      idempotencyKey: createIdempotencyKey(claimed.id, command),
      signal: this.#createSignal(command),
      execution: { id: claimed.id, arn: identity.arn, name: claimed.name },
      machineId: claimed.machineId,
      batchId: claimed.batchId,
      queue: claimed.queue,
      stateName: effect.stateName,
      retryCount: effect.retryCount,
      ...(effect.mockedCall !== undefined && { mockedCall: effect.mockedCall }),
      ...(span.traceparent !== null && { traceparent: span.traceparent }),
      heartbeat: () => this.#onEvent({ type: 'heartbeatReceived', command }),
    });
    void answer.catch(toBrokenInvoker).then((result) => {
      // Also after an abort: the handler has run until now.
      this.#execution.limits?.settle(command);
      metrics?.count('taskCalls', 1, { outcome: toOutcome(result) });
      metrics?.observe('taskCallDuration', (clock.monotonicMs() - startedMs) / 1_000);
      endCall(span, result);
      if (!result.ok) this.#logFailure(effect, result.error);
      this.#answer(effect, result);
    });
  }

  #startMapRun(effect: MapRunEffect | MapRunRedriveEffect, span: Span): void {
    const { command } = effect;
    const signal = this.#createSignal(command);
    const { claimed } = this.#execution;
    const { mapRuns } = this.#deps;
    const answer =
      effect.type === 'mapRun'
        ? mapRuns.start(claimed, effect, signal, span.traceparent)
        : mapRuns.redrive(claimed, effect, signal);
    void answer.then((result) => {
      endCall(span, result);
      this.#answer({ command, pattern: 'sync' }, result);
    });
  }

  #createSignal(command: string): AbortSignal {
    const controller = new AbortController();
    this.#controllers.set(command, controller);
    return controller.signal;
  }

  #logFailure({ stateName, retryCount }: InvokeEffect, error: string): void {
    const { id: executionId, batchId, machineId } = this.#execution.claimed;
    const fields = { executionId, batchId, machineId, state: stateName, error, retryCount };
    this.#deps.logger?.debug('task call failed', fields);
  }

  #answer(call: Pick<InvokeEffect, 'command' | 'pattern'>, result: InvocationResult): void {
    const controller = this.#controllers.get(call.command);
    if (!this.#controllers.delete(call.command)) return;
    // What a failed handler has left running must stop: its next attempt may begin.
    if (!result.ok) controller?.abort();
    for (const event of toAnswerEvents(call, result)) this.#onEvent(event);
  }
}

/** An invoker never rejects; one that does, which is a bug, must not take the process with it. */
function toBrokenInvoker(error: unknown): InvocationResult {
  return { ok: false, error: 'States.Runtime', cause: `invoker failed: ${messageOf(error)}` };
}

function endCall(span: Span, result: InvocationResult): void {
  span.setAttributes({ 'millrace.outcome': toOutcome(result) });
  span.end(result.ok ? {} : { error: result.error });
}

function toOutcome(result: InvocationResult): 'succeeded' | 'failed' | 'submitted' {
  if (!result.ok) return 'failed';
  return 'submitted' in result ? 'submitted' : 'succeeded';
}

/** Converts the result of a call to the events that answer its command, in order. */
export function toAnswerEvents(
  { command, pattern }: Pick<InvokeEffect, 'command' | 'pattern'>,
  result: InvocationResult,
): UntimedEvent[] {
  if ('submitted' in result) {
    const { submitted: output, answer } = result;
    const later = answer === undefined ? [] : toAnswerEvents({ command, pattern }, answer);
    return [{ type: 'commandSubmitted', command, output }, ...later];
  }
  const answer: UntimedEvent = result.ok
    ? { type: 'commandSucceeded', command, result: result.result }
    : { type: 'commandFailed', command, error: result.error, cause: result.cause };
  // An activity that a call answers was run by a handler of the app.
  return pattern === 'activity' ? [{ type: 'commandStarted', command }, answer] : [answer];
}
