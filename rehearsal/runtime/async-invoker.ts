import type { Clock } from '../../lib/ports/clock.ts';
import { pause } from '../../lib/retry/pause.ts';
import type { FunctionError, InvocationOutcome } from './invocation.ts';
import { payloadBytesMax } from './invocation.ts';

/** The settings of an `AWS::Lambda::EventInvokeConfig`. */
export interface AsyncInvokeSettings {
  /** Maximum number of retries, 0 to 2. @default 2 */
  readonly retries?: number;
  /** Maximum age of an event, in milliseconds. @default six hours */
  readonly ageMsMax?: number;
}

/** An event that is not retried any more. */
export interface AbandonedEvent {
  readonly payload: string;
  readonly condition: 'RetriesExhausted' | 'EventAgeExceeded';
  readonly attempts: number;
  readonly error: FunctionError | null;
}

/** What an {@link AsyncInvoker} works with. */
export interface AsyncInvokerDeps extends AsyncInvokeSettings {
  readonly clock: Clock;
  invoke(payload: string): Promise<InvocationOutcome>;
  /** Sends an abandoned event to its failure destination. */
  abandon(event: AbandonedEvent): Promise<void>;
}

/** Lambda's delays before retries, in milliseconds. */
const retryDelaysMs: readonly number[] = [60_000, 120_000];

const defaultAgeMsMax = 6 * 3_600_000;

/** Lambda's first delay after a throttled invocation, in milliseconds. */
const throttledDelayMs = 1_000;

/**
 * Invokes a function asynchronously, as Lambda does with events. An error is retried after one
 * minute and after two, a throttled invocation until the event is too old. An event that still
 * fails is abandoned.
 */
export class AsyncInvoker {
  readonly #deps: AsyncInvokerDeps;
  readonly #open = new Set<Promise<void>>();
  readonly #stopping = new AbortController();

  constructor(deps: AsyncInvokerDeps) {
    this.#deps = deps;
  }

  /** Queues an event. Returns null, or the error of an event that is too large. */
  accept(payload: string): FunctionError | null {
    if (Buffer.byteLength(payload) > payloadBytesMax.asynchronous) {
      const errorMessage = 'an event has at most 1 MB: RequestEntityTooLargeException';
      return { errorType: 'RequestTooLarge', errorMessage };
    }
    const work = this.#work(payload).finally(() => this.#open.delete(work));
    this.#open.add(work);
    return null;
  }

  /** Drops all events: none is invoked or abandoned any more. */
  async stop(): Promise<void> {
    this.#stopping.abort();
    await this.settled();
  }

  /** The number of events that are not processed yet. */
  get open(): number {
    return this.#open.size;
  }

  /** Resolves when every event is processed; throws the error of a failed `abandon`. */
  async settled(): Promise<void> {
    await Promise.all(this.#open);
  }

  async #work(payload: string): Promise<void> {
    const { clock, retries = 2, ageMsMax = defaultAgeMsMax } = this.#deps;
    const { signal } = this.#stopping;
    const acceptedAt = clock.now();
    let attempts = 0;
    for (;;) {
      const outcome = await this.#deps.invoke(payload);
      if (outcome.kind === 'answered' || signal.aborted) return;
      if (outcome.kind === 'failed') attempts += 1;
      const error = outcome.kind === 'failed' ? outcome.error : null;
      if (attempts > retries) {
        const condition = 'RetriesExhausted';
        return await this.#deps.abandon({ payload, condition, attempts, error });
      }
      const delayMs = error === null ? throttledDelayMs : (retryDelaysMs[attempts - 1] ?? 0);
      if (clock.now() + delayMs - acceptedAt > ageMsMax) {
        const condition = 'EventAgeExceeded';
        return await this.#deps.abandon({ payload, condition, attempts, error });
      }
      await pause(clock, delayMs, signal);
      if (signal.aborted) return;
    }
  }
}
