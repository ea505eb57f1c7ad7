/**
 * A worker function in a process of its own, and the poller that Lambda would run for it: takes
 * messages, hands them over a lot at a time, deletes those that the answer does not name. A
 * function that has not answered in its time is killed.
 */
import type { Broker, Delivery } from '../../lib/ports/broker.ts';
import { pause } from '../../lib/ports/clock.ts';
import type { PriorityPicker } from '../../lib/roles/delivery/priority-picker.ts';
import type { EventWorker } from '../../lib/roles/event-worker.ts';
import type { SimulatedProcess } from './simulated-process.ts';

/** What the poller polls, and for whom. */
export interface PushingPollerOptions {
  readonly process: SimulatedProcess;
  readonly broker: Broker;
  readonly worker: Pick<EventWorker, 'work'>;
  readonly picker: PriorityPicker;
  readonly batchSize: number;
  readonly timeoutMs: number;
}

/** How long a poll waits, and how long after a failure there is another, in milliseconds. */
const waitMs = 20_000;
const failurePauseMs = 5_000;

/** See this file's head. */
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
        // The next poll tries again, as Lambda's does: what was taken shows up again.
        await pause(this.#options.process.clock, failurePauseMs, signal);
      }
    }
  }

  async #pollOnce(signal: AbortSignal): Promise<void> {
    const { broker, picker, batchSize, timeoutMs } = this.#options;
    const visibilityMs = timeoutMs + waitMs;
    const queues = picker.order();
    const lot = await broker.receive({ queues, max: batchSize, visibilityMs, waitMs, signal });
    if (lot.length === 0) return;
    const again = new Set(await this.#invoke(lot));
    const done = lot.filter((delivery) => !again.has(delivery));
    if (done.length > 0) await broker.acknowledge(done);
  }

  async #invoke(lot: readonly Delivery[]): Promise<readonly Delivery[]> {
    const { process, worker, timeoutMs } = this.#options;
    const answered = new AbortController();
    const killing = pause(process.clock, timeoutMs, answered.signal).then(() => {
      if (!answered.signal.aborted) process.crash();
    });
    try {
      return await worker.work(lot, timeoutMs);
    } finally {
      answered.abort();
      await killing;
    }
  }
}
