/**
 * Empties the queues' dead letters into the archive. A worker that gives an execution up archives
 * it in the same statement that ends it; what is found here is the backstop: tasks that the broker
 * gave up by itself because they were delivered too often, and messages that are no task.
 */
import type { Broker } from '../ports/broker.ts';
import type { Entropy } from '../ports/entropy.ts';
import type { Metrics } from '../ports/metrics.ts';
import { type ArchivingDeps, archiveDeadLetters } from './delivery/dead-letters.ts';
import type { Executor } from './execution/executor.ts';
import { Role, type RoleOptions } from './role.ts';

export interface ArchiverOptions extends RoleOptions {
  readonly store: ArchivingDeps['store'];
  readonly broker: Broker;
  readonly executor: Executor;
  readonly entropy: Entropy;
  readonly metrics: Metrics;
  readonly queues: readonly string[];
  /** Time to the next look after some were found, in milliseconds. @default 5,000 */
  readonly intervalMs?: number;
  /**
   * The longest time between two looks, in milliseconds: it doubles while none is found. Each look
   * is a call per queue, which SQS wants paid. @default 30,000
   */
  readonly idleMs?: number;
  /** Dead letters taken at once. @default 100 */
  readonly limit?: number;
  /** How long they stay hidden, and their executions leased, in milliseconds. @default 30,000 */
  readonly leaseMs?: number;
}

export const archiverDefaults = Object.freeze({
  intervalMs: 5_000,
  idleMs: 30_000,
  limit: 100,
  leaseMs: 30_000,
});

export class Archiver extends Role {
  readonly name = 'archiver';
  readonly #options: Required<ArchiverOptions>;
  #pauseMs = 0;

  constructor(options: ArchiverOptions) {
    super(options);
    this.#options = { ...archiverDefaults, ...options };
  }

  async tick(signal: AbortSignal): Promise<number> {
    const { broker, queues, limit, leaseMs, intervalMs, idleMs, metrics } = this.#options;
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
    this.#pauseMs = found > 0 ? intervalMs : nextPauseMs(this.#pauseMs, intervalMs, idleMs);
    return busy ? 0 : this.#pauseMs;
  }
}

function nextPauseMs(pauseMs: number, leastMs: number, mostMs: number): number {
  return Math.min(Math.max(pauseMs * 2, leastMs), mostMs);
}
