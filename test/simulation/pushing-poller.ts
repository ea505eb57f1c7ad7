import type { Broker, Delivery } from '../../lib/ports/broker.ts';
import { pause } from '../../lib/retry/pause.ts';
import type { PriorityPicker } from '../../lib/roles/delivery/priority-picker.ts';
import type { EventWorker } from '../../lib/roles/event-worker.ts';
import type { SimulatedProcess } from './simulated-process.ts';

/** What the poller polls, and the worker that it invokes. */
export interface PushingPollerOptions {
  readonly process: SimulatedProcess;
  readonly broker: Broker;
  readonly worker: Pick<EventWorker, 'work'>;
  readonly picker: PriorityPicker;
  readonly batchSize: number;
  readonly timeoutMs: number;
}

/** Duration of a poll, and the pause after a failure, in milliseconds. */
const waitMs = 20_000;
const failurePauseMs = 5_000;

/**
 * A worker function in its own process, with the poller that Lambda runs for it: receives messages
 * in batches, invokes the function, and deletes the messages that its answer does not name. A
 * function that does not answer in time is killed.
 */
export class PushingPoller {
  readonly #options: PushingPollerOptions;
  readonly #stopping = new AbortController();
  #loop: Promise<void> = Promise.resolve();

  constructor(options: PushingPollerOptions) {
    this.#options = options;
  }

  start(): void {
    this.#loop = this.#run();
  }

  async stop(): Promise<void> {
    this.#stopping.abort();
    await this.#loop;
  }

  async #run(): Promise<void> {
    const { signal } = this.#stopping;
    while (!signal.aborted) {
      try {
        await this.#pollOnce(signal);
      } catch {
        // The next poll retries, as in Lambda: messages that were received become visible again.
        await pause(this.#options.process.clock, failurePauseMs, signal);
      }
    }
  }

  async #pollOnce(signal: AbortSignal): Promise<void> {
    const { broker, picker, batchSize, timeoutMs } = this.#options;
    const visibilityMs = timeoutMs + waitMs;
    const queues = picker.order();
    const batch = await broker.receive({ queues, max: batchSize, visibilityMs, waitMs, signal });
    if (batch.length === 0) return;
    const failed = new Set(await this.#invoke(batch));
    const done = batch.filter((delivery) => !failed.has(delivery));
    if (done.length > 0) await broker.acknowledge(done);
  }

  async #invoke(batch: readonly Delivery[]): Promise<readonly Delivery[]> {
    const { process, worker, timeoutMs } = this.#options;
    const answered = new AbortController();
    const killing = pause(process.clock, timeoutMs, answered.signal).then(() => {
      if (!answered.signal.aborted) process.crash();
    });
    try {
      return await worker.work(batch, timeoutMs);
    } finally {
      answered.abort();
      await killing;
    }
  }
}
