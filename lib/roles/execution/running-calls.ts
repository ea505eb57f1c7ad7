import type { CommandEffect, InvokeEffect, MapRunEffect } from '../../engine/effect.ts';
import type { UntimedEvent } from '../../engine/event.ts';
import { createIdempotencyKey } from '../../engine/task/idempotency-key.ts';
import type { InvocationResult, TaskInvoker } from '../../ports/task-invoker.ts';
import type { MapRunStarter } from '../batch/map-run-starter.ts';
import type { RunStart } from './run-start.ts';

/** What {@link RunningCalls} is constructed from. */
export interface RunningCallsDeps {
  readonly invoker: TaskInvoker;
  readonly mapRuns: Pick<MapRunStarter, 'start'>;
}

/** The calls of one execution that this process makes: of handlers, and to start map runs. */
export class RunningCalls {
  readonly #deps: RunningCallsDeps;
  readonly #execution: Pick<RunStart, 'claimed' | 'identity'>;
  readonly #onEvent: (event: UntimedEvent) => void;
  /** Abort the calls, by command. */
  readonly #controllers = new Map<string, AbortController>();

  /** @param onEvent called with the heartbeats and answers of calls that were not cancelled */
  constructor(
    deps: RunningCallsDeps,
    execution: Pick<RunStart, 'claimed' | 'identity'>,
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
    if (effect.type === 'invoke') this.#invoke(effect);
    else this.#startMapRun(effect);
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

  #invoke(effect: InvokeEffect): void {
    const { command } = effect;
    const { claimed, identity } = this.#execution;
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
      heartbeat: () => this.#onEvent({ type: 'heartbeatReceived', command }),
    });
    void answer.then((result) => this.#answer(effect, result));
  }

  #startMapRun(effect: MapRunEffect): void {
    const { command } = effect;
    const signal = this.#createSignal(command);
    const answer = this.#deps.mapRuns.start(this.#execution.claimed, effect, signal);
    void answer.then((result) => this.#answer({ command, pattern: 'sync' }, result));
  }

  #createSignal(command: string): AbortSignal {
    const controller = new AbortController();
    this.#controllers.set(command, controller);
    return controller.signal;
  }

  #answer(call: Pick<InvokeEffect, 'command' | 'pattern'>, result: InvocationResult): void {
    if (!this.#controllers.delete(call.command)) return;
    for (const event of toAnswerEvents(call, result)) this.#onEvent(event);
  }
}

/** Converts the result of a call to the events that answer its command, in order. */
export function toAnswerEvents(
  { command, pattern }: Pick<InvokeEffect, 'command' | 'pattern'>,
  result: InvocationResult,
): UntimedEvent[] {
  if ('submitted' in result) {
    return [{ type: 'commandSubmitted', command, output: result.submitted }];
  }
  const answer: UntimedEvent = result.ok
    ? { type: 'commandSucceeded', command, result: result.result }
    : { type: 'commandFailed', command, error: result.error, cause: result.cause };
  // An activity that a call answers was run by a handler of the app.
  return pattern === 'activity' ? [{ type: 'commandStarted', command }, answer] : [answer];
}
