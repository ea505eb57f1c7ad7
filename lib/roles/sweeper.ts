/**
 * Finds executions that should have a task in a queue and have none, and sends one: sleepers whose
 * time has come or whom an end answers, what a dead worker held, what was never sent, and what the
 * queue has lost. The database is the truth; this role is what makes losing every message harmless.
 *
 * A long backlog is not a loss: a task is sent again only when its queue holds fewer messages than
 * there are rows that should be in it, and only as many as are missing, oldest first, a bounded
 * number a tick. Delayed messages do not count: what is due has none, and those that sleepers have
 * left behind which were aborted, hurried or answered would hide as many losses. A queue in which
 * nothing stands in line though rows should be in it leaves no doubt: it has lost all that was sent
 * before, and is filled again at once.
 */
import type { Broker } from '../ports/broker.ts';
import type { ExecutionStore, RunnableCount, Wakeup } from '../ports/execution-store.ts';
import type { MessageStore } from '../ports/message-store.ts';
import type { Metrics } from '../ports/metrics.ts';
import type { SignalStore } from '../ports/signal-store.ts';
import { matchWithinMs, taskMissedMs, type WorkStore } from '../ports/work-store.ts';
import type { Dispatcher } from './delivery/dispatcher.ts';
import { Role, type RoleOptions } from './role.ts';

export interface SweeperOptions extends RoleOptions {
  readonly store: Pick<
    ExecutionStore,
    | 'wakeDue'
    | 'recoverOrphans'
    | 'takeUnsent'
    | 'takeOldest'
    | 'forgetSent'
    | 'countRunnable'
    | 'nextDueMs'
  > &
    Pick<SignalStore, 'wakeSignalled'> &
    Pick<MessageStore, 'matchMessages' | 'returnMessages'> &
    Pick<WorkStore, 'workAhead'>;
  readonly broker: Broker;
  readonly dispatcher: Dispatcher;
  readonly metrics: Metrics;
  /**
   * Longest time between two looks, in milliseconds; a sleeper due sooner shortens it. @default
   * 5,000
   */
  readonly intervalMs?: number;
  /**
   * Time between two closer looks, in milliseconds: the queues' depth compared with the rows, and
   * messages with who waits for them. @default 30,000
   */
  readonly depthIntervalMs?: number;
  /** How long a task may be on its way before it can be missed, in milliseconds. @default 60,000 */
  readonly graceMs?: number;
  /**
   * The same where nothing stands in line, in milliseconds: only whoever sent it may still be about
   * to. @default 5,000
   */
  readonly sendingMs?: number;
  /** Tasks sent again in one tick at most, of each kind. @default 1,000 */
  readonly limit?: number;
}

export const sweeperDefaults = Object.freeze({
  intervalMs: 5_000,
  depthIntervalMs: 30_000,
  graceMs: taskMissedMs,
  sendingMs: 5_000,
  limit: 1_000,
});

/**
 * Rows counted at most when a queue's depth is compared: enough to see a loss, cheap over a long
 * backlog.
 */
const countCap = 100_000;

/** How old the last match may be for `workAhead` to see all that came since, in milliseconds. */
const matchFreshMs = matchWithinMs / 2;

export class Sweeper extends Role {
  readonly name = 'sweeper';
  readonly #options: Required<SweeperOptions>;
  /** When the next closer look is due. */
  #closerAt = 0;
  /** Since when only what came later can be unmatched; null: anything can. */
  #matchedAt: number | null = null;
  #foundNothing = false;
  /** Queues found without a line, with the time: what was sent before is not all sent again. */
  readonly #lostAt = new Map<string, number>();

  constructor(options: SweeperOptions) {
    super(options);
    this.#options = { ...sweeperDefaults, ...options };
  }

  protected override begin(): void {
    this.#closerAt = 0;
    this.#matchedAt = null;
    this.#foundNothing = false;
    this.#lostAt.clear();
  }

  /** After a sweep that found nothing, one question is enough until there is something again. */
  async tick(): Promise<number> {
    const { store, clock, intervalMs } = this.#options;
    if (this.#foundNothing && this.#unmatchedMs() < matchFreshMs) {
      const askedAt = clock.now();
      const { busy, nextDueMs } = await store.workAhead();
      if (!busy) {
        this.#matchedAt = askedAt;
        return Math.min(intervalMs, nextDueMs ?? Infinity);
      }
    }
    return this.#sweep();
  }

  async #sweep(): Promise<number> {
    const { store, limit } = this.#options;
    const counts = [
      await this.#sendAgain('due', await store.wakeDue(limit)),
      await this.#sendAgain('signalled', (await store.wakeSignalled(limit)).wakeups),
      await this.#sendAgain('orphaned', await store.recoverOrphans(limit)),
      await this.#sendAgain('unsent', await store.takeUnsent(limit)),
      await this.#fillAgain(),
      await this.#lookCloser(),
    ];
    this.#foundNothing = counts.every((count) => count === 0);
    return counts.some((count) => count >= limit) ? 0 : this.#pauseMs();
  }

  /** Sends what queues have lost in which nothing is in line; the most that was sent to one. */
  async #fillAgain(): Promise<number> {
    const { store, clock, limit, sendingMs } = this.#options;
    const lookedAt = clock.now();
    for (const queue of await this.#queuesWithoutLine()) this.#lostAt.set(queue, lookedAt);
    let most = 0;
    for (const [queue, at] of this.#lostAt) {
      const graceMs = clock.now() - at + sendingMs;
      const sent = await this.#sendAgain('lost', await store.takeOldest(queue, limit, graceMs));
      if (sent < limit) this.#lostAt.delete(queue);
      most = Math.max(most, sent);
    }
    return most;
  }

  /**
   * Those with rows that wait for a worker and no message that could bring one: what is in flight
   * is held, or about to be, and what is delayed is not due. What a driver only estimates may as
   * well be a backlog.
   */
  async #queuesWithoutLine(): Promise<string[]> {
    const { store, broker } = this.#options;
    const counts = await store.countRunnable(1);
    const queues = counts.filter(({ runnable }) => runnable > 0).map(({ queue }) => queue);
    if (queues.length === 0) return [];
    const stats = await broker.stats(queues);
    return stats
      .filter(({ ready, oldestMs }) => ready === 0 && oldestMs !== null)
      .map((s) => s.queue);
  }

  /** What is rarely wrong and dear to find; the most that was sent again of a kind. */
  async #lookCloser(): Promise<number> {
    const { clock, depthIntervalMs, limit } = this.#options;
    if (clock.now() < this.#closerAt) return 0;
    const messaged = await this.#sendAgain('messaged', await this.#matchMessages());
    const most = Math.max(messaged, await this.#sendLost());
    if (most < limit) this.#closerAt = clock.now() + depthIntervalMs;
    return most;
  }

  /** Answers how many were sent: what a queue does not take now is not pressed upon it. */
  async #sendAgain(why: string, wakeups: readonly Wakeup[]): Promise<number> {
    if (wakeups.length === 0) return 0;
    this.#options.metrics.count('tasksSwept', wakeups.length, { why });
    return await this.#options.dispatcher.dispatch(wakeups);
  }

  /**
   * Brings together what a crash left apart: all that came since the last time, however long the
   * store was out of reach; at first whatever there is.
   */
  async #matchMessages(): Promise<Wakeup[]> {
    const { store, clock, limit } = this.#options;
    const askedAt = clock.now();
    const scope = {
      withinMs: this.#matchedAt === null ? null : matchWithinMs + Math.ceil(this.#unmatchedMs()),
    };
    await store.returnMessages();
    const { wakeups, held } = await store.matchMessages(scope, limit, true);
    if (wakeups.length + held.length < limit) this.#matchedAt = askedAt;
    return wakeups;
  }

  /** How long ago all was matched, in milliseconds. */
  #unmatchedMs(): number {
    if (this.#matchedAt === null) return Infinity;
    return Math.max(0, this.#options.clock.now() - this.#matchedAt);
  }

  /** Compares each queue's depth with the rows that should be in it, and sends what is missing. */
  async #sendLost(): Promise<number> {
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
    return this.#sendAgain('lost', await store.takeOldest(queue, missing, graceMs));
  }

  async #pauseMs(): Promise<number> {
    const due = await this.#options.store.nextDueMs();
    return Math.min(this.#options.intervalMs, due ?? this.#options.intervalMs);
  }
}
