/**
 * Asynchronous invocations: events that Lambda keeps until the function has taken them. An error is
 * tried again after one minute and after two, a throttle for as long as the event may be old; what
 * fails for good goes where the function's configuration says, with the right of its own role.
 */
import { type Clock, pause } from '../../lib/ports/clock.ts';
import type { FunctionError, InvocationOutcome } from './invocation.ts';
import { payloadBytesMax } from './invocation.ts';

/** What an `AWS::Lambda::EventInvokeConfig` says. */
export interface AsyncInvokeSettings {
  /** Tries after the first, 0 to 2. @default 2 */
  readonly retries?: number;
  /** How old an event may become, in milliseconds. @default six hours */
  readonly ageMsMax?: number;
}

/** What was given up. */
export interface AbandonedEvent {
  readonly payload: string;
  readonly condition: 'RetriesExhausted' | 'EventAgeExceeded';
  readonly attempts: number;
  readonly error: FunctionError | null;
}

/** What the invoker works on. */
export interface AsyncInvokerOptions extends AsyncInvokeSettings {
  readonly clock: Clock;
  invoke(payload: string): Promise<InvocationOutcome>;
  /** Takes what is given up to its destination. */
  abandon(event: AbandonedEvent): Promise<void>;
}

/** Lambda's own delays between tries, in milliseconds. */
const retryDelaysMs: readonly number[] = [60_000, 120_000];

const ageMsDefault = 6 * 3_600_000;

/** How long Lambda waits at first after a throttle, in milliseconds. */
const throttledMs = 1_000;

/** See this file's head. */
export class AsyncInvoker {
  readonly #options: AsyncInvokerOptions;
  readonly #open = new Set<Promise<void>>();
  readonly #stopping = new AbortController();

  constructor(options: AsyncInvokerOptions) {
    this.#options = options;
  }

  /** Takes an event; refuses one that is too large, as Lambda does. */
  accept(payload: string): FunctionError | null {
    if (Buffer.byteLength(payload) > payloadBytesMax.asynchronous) {
      const errorMessage = 'an event has at most 1 MB: RequestEntityTooLargeException';
      return { errorType: 'RequestTooLarge', errorMessage };
    }
    const work = this.#work(payload).finally(() => this.#open.delete(work));
    this.#open.add(work);
    return null;
  }

  /** Forgets what still waits: nothing is invoked or given up any more. */
  async stop(): Promise<void> {
    this.#stopping.abort();
    await this.settled();
  }

  /** Events that are not done with. */
  get open(): number {
    return this.#open.size;
  }

  /** Resolves when every accepted event is done with; what abandoning threw, this throws. */
  async settled(): Promise<void> {
    await Promise.all(this.#open);
  }

  async #work(payload: string): Promise<void> {
    const { clock, retries = 2, ageMsMax = ageMsDefault } = this.#options;
    const { signal } = this.#stopping;
    const acceptedAt = clock.now();
    let attempts = 0;
    for (;;) {
      const outcome = await this.#options.invoke(payload);
      if (outcome.kind === 'answered' || signal.aborted) return;
      if (outcome.kind === 'failed') attempts += 1;
      const error = outcome.kind === 'failed' ? outcome.error : null;
      if (attempts > retries) {
        const condition = 'RetriesExhausted';
        return await this.#options.abandon({ payload, condition, attempts, error });
      }
      const delayMs = error === null ? throttledMs : (retryDelaysMs[attempts - 1] ?? 0);
      if (clock.now() + delayMs - acceptedAt > ageMsMax) {
        const condition = 'EventAgeExceeded';
        return await this.#options.abandon({ payload, condition, attempts, error });
      }
      await pause(clock, delayMs, signal);
      if (signal.aborted) return;
    }
  }
}
