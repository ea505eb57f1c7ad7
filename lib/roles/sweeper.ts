import type { Broker } from '../ports/broker.ts';
import type { Metrics } from '../ports/metrics.ts';
import { type BacklogStore, matchWithinMs, taskMissedMs } from '../ports/store/backlog-store.ts';
import type { Wakeup } from '../ports/store/execution-store.ts';
import type { LimitRule, LimitStore } from '../ports/store/limits/limit-store.ts';
import type { MessageStore } from '../ports/store/message-store.ts';
import type { SignalStore } from '../ports/store/signal-store.ts';
import type { RunnableCount, SweepStore } from '../ports/store/sweep-store.ts';
import type { Dispatcher } from './delivery/dispatcher.ts';
import { Role, type RoleOptions } from './role.ts';

/** What a {@link Sweeper} is constructed from, and how it sweeps. */
export interface SweeperOptions extends RoleOptions {
  readonly store: SweepStore &
    Pick<SignalStore, 'deliverNotices'> &
    Pick<MessageStore, 'matchMessages' | 'returnMessages'> &
    Pick<BacklogStore, 'workAhead'> &
    Pick<LimitStore, 'sweepPermits'>;
  readonly broker: Broker;
  readonly dispatcher: Dispatcher;
  readonly metrics: Metrics;
  /**
   * Maximum time between two sweeps, in milliseconds; an execution that is due sooner shortens it.
   * @default 5,000
   */
  readonly intervalMs?: number;
  /**
   * Time between two thorough sweeps, in milliseconds: they compare the depths of the queues with
   * the rows, and messages with their waiters. @default 30,000
   */
  readonly thoroughIntervalMs?: number;
  /**
   * How long the lease of a worker must have expired before its executions are taken from it, in
   * milliseconds. Usually another worker claims them before, since their tasks are delivered again;
   * a worker that only stood still for a moment, and is alone, continues them. @default 15,000
   */
  readonly orphanMs?: number;
  /** Age from which a task can count as lost, in milliseconds. @default 60,000 */
  readonly graceMs?: number;
  /**
   * Age from which a task counts as lost in a queue without ready messages, in milliseconds: long
   * enough for a sender that is still sending it. @default 5,000
   */
  readonly sendingMs?: number;
  /** The limits of the configuration. @default none */
  readonly limitRules?: readonly LimitRule[];
  /** Maximum number of tasks sent in one tick, of each kind. @default 1,000 */
  readonly limit?: number;
}

/** Defaults of {@link SweeperOptions}. */
export const sweeperDefaults = Object.freeze({
  intervalMs: 5_000,
  thoroughIntervalMs: 30_000,
  orphanMs: 15_000,
  graceMs: taskMissedMs,
  sendingMs: 5_000,
  limitRules: [],
  limit: 1_000,
});

/**
 * Maximum number of rows counted to compare a queue's depth: enough to detect a loss, and cheap for
 * a long backlog.
 */
const countCap = 100_000;

/** Maximum age of the last match so that `workAhead` sees all later work, in milliseconds. */
const matchFreshMs = matchWithinMs / 2;

/**
 * Finds executions that should have a task in a queue and have none, and sends one: sleeping
 * executions that are due or have a signal, executions of dead workers, tasks that were never sent,
 * and tasks that the queue has lost. The database is the truth; the sweeper makes the loss of any
 * message harmless.
 *
 * A long backlog is not a loss: a task is sent again only when its queue holds fewer messages than
 * there are rows that should be in it, and only as many as are missing, oldest first, a limited
 * number per tick. Delayed messages do not count: an execution that is due has none, and the
 * delayed messages of executions that were woken early would hide as many losses. A queue without
 * ready messages although rows should be in it has certainly lost all that was sent before, and is
 * refilled at once.
 */
export class Sweeper extends Role {
  readonly name = 'sweeper';
  readonly #options: Required<SweeperOptions>;
  /** When the next thorough sweep is due. */
  #thoroughAt = 0;
  /** All messages before this time are matched; null: any message can be unmatched. */
  #matchedAt: number | null = null;
  #foundNothing = false;
  /** Queues that have lost their tasks, with the time: not all earlier tasks are sent again yet. */
  readonly #lostAt = new Map<string, number>();

  constructor(options: SweeperOptions) {
    super(options);
    this.#options = { ...sweeperDefaults, ...options };
  }

  protected override begin(): void {
    this.#thoroughAt = 0;
    this.#matchedAt = null;
    this.#foundNothing = false;
    this.#lostAt.clear();
  }

  /** After a sweep that found nothing, one query is enough until there is work again. */
  async tick(): Promise<number> {
    const { store, clock, intervalMs } = this.#options;
    if (this.#foundNothing && this.#unmatchedMs() < matchFreshMs) {
      const queriedAt = clock.monotonicMs();
      const { busy, nextDueMs } = await store.workAhead();
      if (!busy) {
        this.#matchedAt = queriedAt;
        return Math.min(intervalMs, nextDueMs ?? Infinity);
      }
    }
    return this.#sweep();
  }

  async #sweep(): Promise<number> {
    const { store, limit, orphanMs } = this.#options;
    const counts = [
      await this.#send('due', await store.wakeDue(limit)),
      await this.#send('signalled', (await store.deliverNotices(limit)).wakeups),
      await this.#send('orphaned', await store.recoverOrphans(limit, orphanMs)),
      await this.#send('unsent', await store.queueUnsent(limit)),
      await this.#sweepLimits(),
      await this.#refillLost(),
      await this.#sweepThoroughly(),
    ];
    this.#foundNothing = counts.every((count) => count === 0);
    return counts.some((count) => count >= limit) ? 0 : this.#pauseMs();
  }

  /** Without limits, it only looks now and then for what an earlier configuration left. */
  async #sweepLimits(): Promise<number> {
    const { store, clock, limitRules } = this.#options;
    if (limitRules.length === 0 && clock.monotonicMs() < this.#thoroughAt) return 0;
    return this.#send('limited', (await store.sweepPermits(limitRules)).wakeups);
  }

  /** Refills queues that lost their tasks. Returns the maximum number sent to one of them. */
  async #refillLost(): Promise<number> {
    const { store, clock, limit, sendingMs } = this.#options;
    const checkedAt = clock.monotonicMs();
    for (const queue of await this.#findEmptiedQueues()) this.#lostAt.set(queue, checkedAt);
    let most = 0;
    for (const [queue, at] of this.#lostAt) {
      const graceMs = clock.monotonicMs() - at + sendingMs;
      const sent = await this.#send('lost', await store.requeueOldest(queue, limit, graceMs));
      if (sent < limit) this.#lostAt.delete(queue);
      most = Math.max(most, sent);
    }
    return most;
  }

  /**
   * Returns the queues with runnable rows and no ready message. Messages in flight belong to rows
   * that are held or about to be, and delayed messages to rows that are not due. A driver that only
   * estimates its depth is left out: its queue may have a backlog.
   */
  async #findEmptiedQueues(): Promise<string[]> {
    const { store, broker } = this.#options;
    const counts = await store.countRunnable(1);
    const queues = counts.filter(({ runnable }) => runnable > 0).map(({ queue }) => queue);
    if (queues.length === 0) return [];
    const stats = await broker.stats(queues);
    return stats
      .filter(({ ready, oldestMs }) => ready === 0 && oldestMs !== null)
      .map((s) => s.queue);
  }

  /** Looks for losses that are rare and expensive to find. Returns the maximum sent of a kind. */
  async #sweepThoroughly(): Promise<number> {
    const { clock, thoroughIntervalMs, limit } = this.#options;
    if (clock.monotonicMs() < this.#thoroughAt) return 0;
    const messaged = await this.#send('messaged', await this.#matchMessages());
    const most = Math.max(messaged, await this.#compareDepths());
    if (most < limit) this.#thoroughAt = clock.monotonicMs() + thoroughIntervalMs;
    return most;
  }

  /** Returns how many were sent: tasks that a queue refuses are not retried in this tick. */
  async #send(reason: string, wakeups: readonly Wakeup[]): Promise<number> {
    if (wakeups.length === 0) return 0;
    this.#options.metrics.count('tasksSwept', wakeups.length, { reason });
    return await this.#options.dispatcher.dispatch(wakeups);
  }

  /**
   * Matches messages with waiters that a crash left unmatched: all since the last match, however
   * long the store was unreachable; the first time, all there are.
   */
  async #matchMessages(): Promise<Wakeup[]> {
    const { store, clock, limit } = this.#options;
    const queriedAt = clock.monotonicMs();
    const scope = {
      withinMs: this.#matchedAt === null ? null : matchWithinMs + Math.ceil(this.#unmatchedMs()),
    };
    await store.returnMessages();
    const { wakeups, held } = await store.matchMessages(scope, limit, true);
    if (wakeups.length + held.length < limit) this.#matchedAt = queriedAt;
    return wakeups;
  }

  /** Returns how long ago all messages were matched, in milliseconds. */
  #unmatchedMs(): number {
    if (this.#matchedAt === null) return Infinity;
    return Math.max(0, this.#options.clock.monotonicMs() - this.#matchedAt);
  }

  /** Compares each queue's depth with the rows that should be in it, and sends what is missing. */
  async #compareDepths(): Promise<number> {
    const { store, broker } = this.#options;
    const counts = await store.countRunnable(countCap);
    const stats = await broker.stats(counts.map(({ queue }) => queue));
    const depths = new Map(stats.map((s) => [s.queue, s.ready + s.inFlight]));
    let most = 0;
    for (const count of counts) {
      most = Math.max(most, await this.#sendMissing(count, depths.get(count.queue) ?? 0));
    }
    return most;
  }

  async #sendMissing(count: RunnableCount, depth: number): Promise<number> {
    const { queue, runnable, held } = count;
    const { store, limit, graceMs } = this.#options;
    const missing = Math.min(runnable + held - depth, runnable, limit);
    if (missing <= 0) return 0;
    return this.#send('lost', await store.requeueOldest(queue, missing, graceMs));
  }

  async #pauseMs(): Promise<number> {
    const due = await this.#options.store.nextDueMs();
    return Math.min(this.#options.intervalMs, due ?? this.#options.intervalMs);
  }
}
