import type { Broker } from '../ports/broker.ts';
import type { Entropy } from '../ports/entropy.ts';
import type { Metrics } from '../ports/metrics.ts';
import { Backoff } from '../retry/backoff.ts';
import { type ArchivingDeps, archiveDeadLetters } from './delivery/dead-letters.ts';
import type { Executor } from './execution/executor.ts';
import { Role, type RoleOptions } from './role.ts';

/** What an {@link Archiver} is constructed from, and how it archives. */
export interface ArchiverOptions extends RoleOptions {
  readonly store: ArchivingDeps['store'];
  readonly broker: Broker;
  readonly executor: Executor;
  readonly entropy: Entropy;
  readonly metrics: Metrics;
  readonly queues: readonly string[];
  /** Time until the next poll when dead letters were found, in milliseconds. @default 5,000 */
  readonly intervalMs?: number;
  /**
   * Maximum time between two polls, in milliseconds: it doubles while none are found. Each poll is
   * a call per queue, which costs money on SQS. @default 30,000
   */
  readonly idleMs?: number;
  /** Maximum number of dead letters received at once. @default 100 */
  readonly limit?: number;
  /** How long they are hidden and their executions leased, in milliseconds. @default 30,000 */
  readonly leaseMs?: number;
}

/** Defaults of {@link ArchiverOptions}. */
export const archiverDefaults = Object.freeze({
  intervalMs: 5_000,
  idleMs: 30_000,
  limit: 100,
  leaseMs: 30_000,
});

/**
 * Moves the queues' dead letters to the archive. A worker that gives an execution up archives it in
 * the statement that ends it, so only two kinds are left: tasks that the broker dead-lettered
 * because they were delivered too often, and messages that are no task.
 */
export class Archiver extends Role {
  readonly name = 'archiver';
  readonly #options: Required<ArchiverOptions>;
  readonly #polls: Backoff;

  constructor(options: ArchiverOptions) {
    super(options);
    this.#options = { ...archiverDefaults, ...options };
    const { intervalMs, idleMs } = this.#options;
    this.#polls = new Backoff({ firstMs: intervalMs, maxMs: idleMs });
  }

  async tick(signal: AbortSignal): Promise<number> {
    const { broker, queues, limit, leaseMs, metrics } = this.#options;
    let found = 0;
    let busy = false;
    for (const queue of queues) {
      if (signal.aborted) return 0;
      const letters = await broker.receiveDead(queue, limit, leaseMs);
      if (letters.length === 0) continue;
      const settled = await archiveDeadLetters(this.#options, letters);
      await broker.acknowledge(settled);
      metrics.count('deadLetters', settled.length, { queue });
      found += letters.length;
      busy ||= letters.length >= limit;
    }
    if (found > 0) this.#polls.reset();
    const pauseMs = this.#polls.nextMs();
    return busy ? 0 : pauseMs;
  }
}
