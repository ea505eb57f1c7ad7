/**
 * Empties the queues' dead letters into the archive. A worker that gives an execution up archives
 * it in the same statement that ends it; what is found here is the backstop: tasks that the broker
 * gave up by itself because they were delivered too often, and messages that are no task.
 *
 * An execution that still is open when its task is a dead letter is ended FAILED, so that it does
 * not wait for ever; a redrive from the archive runs it again.
 */
import type { ArchiveStore, NewArchiveEntry } from '../ports/archive-store.ts';
import type { Broker, DeadLetter } from '../ports/broker.ts';
import type { Entropy } from '../ports/entropy.ts';
import type { ExecutionStore } from '../ports/execution-store.ts';
import type { Metrics } from '../ports/metrics.ts';
import type { Executor } from './executor.ts';
import { endByForce } from './forced-ends.ts';
import { Role, type RoleOptions } from './role.ts';
import { executionOf } from './task-message.ts';

export interface ArchiverOptions extends RoleOptions {
  readonly store: Pick<ExecutionStore, 'claim' | 'endLease'> & Pick<ArchiveStore, 'archive'>;
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
      const settled = await this.#settle(letters);
      await broker.acknowledge(settled);
      metrics.count('deadLetters', settled.length, { queue });
      found += letters.length;
      busy ||= letters.length >= limit;
    }
    this.#pauseMs = found > 0 ? intervalMs : nextPauseMs(this.#pauseMs, intervalMs, idleMs);
    return busy ? 0 : this.#pauseMs;
  }

  /** Answers the letters that are done with; the others show up again. */
  async #settle(letters: readonly DeadLetter[]): Promise<DeadLetter[]> {
    const foreign = letters.filter((letter) => executionOf(letter) === null);
    const tasks = letters.filter((letter) => executionOf(letter) !== null);
    if (foreign.length > 0) await this.#options.store.archive(foreign.map(entryOf));
    const settled = tasks.length > 0 ? await this.#endExecutions(tasks) : [];
    return [...foreign, ...settled];
  }

  async #endExecutions(letters: readonly DeadLetter[]): Promise<DeadLetter[]> {
    const byId = new Map(letters.map((letter) => [executionOf(letter) ?? '', letter]));
    const ends = [...byId].map(([id, { reason }]) => {
      return [id, { error: 'Millrace.DeadLettered', cause: reason }] as const;
    });
    const refused = await endByForce(this.#options, new Map(ends));
    const missing = refused.filter(({ reason }) => reason === 'missing').map(({ id }) => id);
    await this.#archiveMissing(missing.flatMap((id) => byId.get(id) ?? []));
    const heldElsewhere = new Set(refused.filter((r) => r.reason === 'held').map(({ id }) => id));
    return letters.filter((letter) => !heldElsewhere.has(executionOf(letter) ?? ''));
  }

  async #archiveMissing(letters: readonly DeadLetter[]): Promise<void> {
    if (letters.length === 0) return;
    this.#options.logger.warn('dead letters name executions that the store does not know', {
      letters: letters.length,
    });
    await this.#options.store.archive(letters.map(entryOf));
  }
}

function nextPauseMs(pauseMs: number, leastMs: number, mostMs: number): number {
  return Math.min(Math.max(pauseMs * 2, leastMs), mostMs);
}

function entryOf(letter: DeadLetter): NewArchiveEntry {
  const { id, queue, body, reason, deliveries, sentAt } = letter;
  return { taskId: id, queue, body, reason, deliveries, sentAt };
}
