import { messageOf } from '../errors.ts';
import type { Clock } from '../ports/clock.ts';
import type { LeaderSchedule } from '../ports/leader-schedule.ts';
import type { Logger } from '../ports/logger.ts';
import type { BacklogStore, WorkAhead } from '../ports/store/backlog-store.ts';
import type { BatchLeaseFilter } from '../ports/store/batch-store.ts';
import { nextBackoffMs } from '../retry/backoff.ts';
import type { Leader } from './leader.ts';
import type { OrderRunner, OrderRunnerOptions } from './order-runner.ts';
import type { Role } from './role.ts';

/** What an {@link OnDemandLeader} is constructed from, and how long it pauses. */
export interface OnDemandLeaderOptions {
  readonly clock: Clock;
  readonly logger: Logger;
  readonly store: Pick<BacklogStore, 'workAhead'>;
  /** Creates a leader for one call; its leases must outlast the pause between two calls. */
  readonly createLeader: (scope: BatchLeaseFilter) => Leader;
  /**
   * Creates the role that carries out orders for one call, under the leases of that call's leader.
   * @default no orders are carried out
   */
  readonly createOrderRunner?: (
    lease: Pick<OrderRunnerOptions, 'id' | 'predecessor'>,
  ) => Pick<OrderRunner, 'tick' | 'ordersLed' | 'taken' | 'release' | 'handOver'>;
  /** Roles that a call ticks after the leader, each until it has nothing left to do. */
  readonly helpers: readonly Pick<Role, 'tick'>[];
  readonly leaderSchedule: LeaderSchedule;
  /** Requests another call, in `pausedMs`, that continues the batches of leader `predecessor`. */
  readonly continueLater: (predecessor: string, pausedMs: number) => Promise<void>;
  /** Time that a call reserves for its last steps, in milliseconds. @default 10,000 */
  readonly marginMs?: number;
  /**
   * First pause between two calls, in milliseconds; it doubles while nothing is recorded.
   * @default 2,000
   */
  readonly pauseFirstMs?: number;
  /** Maximum pause between two calls, in milliseconds. @default 15,000 */
  readonly pauseMaxMs?: number;
  /**
   * Minimum rest, in milliseconds: a database that pauses after five minutes gains nothing from a
   * shorter one. @default 300,000
   */
  readonly restMinMs?: number;
}

/** One call of the leader. */
export interface LeaderCall {
  /** The leader whose batches are continued; null to lead every free batch. */
  readonly predecessor: string | null;
  /** The pause before this call that the predecessor chose, in milliseconds. */
  readonly pausedMs: number;
  /** Whether the call may turn the leader schedule off. */
  readonly mayRest: boolean;
  /** Maximum duration of the call, in milliseconds. */
  readonly remainingMs: number;
}

/** Stands in for the role that carries out orders. */
const noOrders: Pick<OrderRunner, 'tick' | 'ordersLed' | 'taken' | 'release' | 'handOver'> =
  Object.freeze({
    ordersLed: 0,
    taken: 0,
    tick: async () => Infinity,
    release: async () => {},
    handOver: async () => 0,
  });

const onDemandLeaderDefaults = Object.freeze({
  marginMs: 10_000,
  createOrderRunner: () => noOrders,
  pauseFirstMs: 2_000,
  pauseMaxMs: 15_000,
  restMinMs: 300_000,
});

/** Maximum number of rests set in one call, each because an execution became due sooner. */
const restsMax = 3;

/** Two queries may return due times of the same execution that differ by this, in milliseconds. */
const clockToleranceMs = 1_000;

/**
 * Leads batches on demand, when a schedule or its own queue calls it, instead of all the time. A
 * call leads what it finds until nothing is left to do now or its time is nearly over,
 * and then decides how the work continues:
 *
 * - *continuation*: open batches and orders stay leased by this call's leader until the call that
 *   names it as its predecessor. Of two such calls the second finds nothing and ends. A lost
 *   continuation is replaced by the next scheduled call after the lease has expired.
 * - *rest*: a scheduled call that finds no work ahead turns the leader schedule off until the next
 *   execution is due, then checks once more: work that was recorded in between turns it on again.
 *
 * So there are never more chains of calls than led batches and orders, and none is led twice.
 */
export class OnDemandLeader {
  readonly #options: Required<OnDemandLeaderOptions>;

  constructor(options: OnDemandLeaderOptions) {
    this.#options = { ...onDemandLeaderDefaults, ...options };
  }

  /**
   * Runs one call and returns how many batches it has led. Throws the first failure after
   * everything else is done; a call that failed is safe to repeat.
   */
  async call(call: LeaderCall): Promise<number> {
    const { clock, marginMs } = this.#options;
    const nearlyOver = new AbortController();
    const workMs = call.remainingMs - Math.min(marginMs, call.remainingMs / 3);
    const cancel = clock.after(workMs, () => nearlyOver.abort());
    try {
      return await this.#lead(call, nearlyOver.signal);
    } finally {
      cancel();
    }
  }

  async #lead(call: LeaderCall, signal: AbortSignal): Promise<number> {
    const { createLeader, createOrderRunner, helpers, leaderSchedule } = this.#options;
    const { predecessor } = call;
    // Before anything else: scheduled calls then follow this one even if it crashes.
    if (predecessor === null) await leaderSchedule.turnOn();
    const leader = createLeader(predecessor === null ? {} : { predecessor });
    const orders = createOrderRunner({
      id: leader.id,
      ...(predecessor !== null && { predecessor }),
    });
    const failures: unknown[] = [];
    await tickAll(leader, signal, failures);
    await tickAll(orders, signal, failures);
    const led = leader.batchesLed;
    if (predecessor === null || led + orders.ordersLed > 0) {
      for (const helper of helpers) await tickAll(helper, signal, failures);
      // What failed is left to another call.
      const mayRest = call.mayRest && failures.length === 0;
      await this.#settle({ ...call, mayRest }, { leader, orders }, signal);
    }
    if (failures.length > 0) throw failures[0];
    return led;
  }

  /** Continues, rests, or leaves the next call to the schedule. */
  async #settle(call: LeaderCall, led: Led, signal: AbortSignal): Promise<void> {
    const ahead = await this.#options.store.workAhead();
    if (!this.#hasWorkSoon(ahead)) {
      await release(led);
      if (call.mayRest) await this.#rest(ahead);
      return;
    }
    const handedOver = (await led.leader.handOver()) + (await led.orders.handOver());
    if (handedOver > 0) await this.#continue(call, led, signal);
  }

  #hasWorkSoon({ busy, nextDueMs }: WorkAhead): boolean {
    return busy || (nextDueMs !== null && nextDueMs < this.#options.restMinMs);
  }

  /** Requests the next call. When that fails, everything is released for scheduled calls. */
  async #continue(call: LeaderCall, led: Led, signal: AbortSignal): Promise<void> {
    const { continueLater } = this.#options;
    try {
      await continueLater(led.leader.id, this.#pauseMs(call, led, signal));
    } catch (error) {
      await release(led);
      throw error;
    }
  }

  #pauseMs({ pausedMs }: LeaderCall, { leader, orders }: Led, { aborted }: AbortSignal): number {
    const { pauseFirstMs, pauseMaxMs } = this.#options;
    if (leader.recorded + orders.taken > 0) return aborted ? 0 : pauseFirstMs;
    return nextBackoffMs({ firstMs: pauseFirstMs, maxMs: pauseMaxMs }, pausedMs);
  }

  /** The last query sees work recorded before it; work recorded later turns the schedule on. */
  async #rest(ahead: WorkAhead): Promise<void> {
    const { store, leaderSchedule } = this.#options;
    let found = ahead;
    for (let rests = 0; rests < restsMax; rests += 1) {
      const dueAt = this.#dueAt(found);
      if (!(await this.#restUntil(found.nextDueMs))) return;
      found = await store.workAhead();
      if (this.#hasWorkSoon(found)) break;
      if (this.#dueAt(found) >= dueAt - clockToleranceMs) return;
    }
    await leaderSchedule.turnOn();
  }

  /** Turns the schedule off for a while; returns false when that failed. */
  async #restUntil(nextMs: number | null): Promise<boolean> {
    try {
      await this.#options.leaderSchedule.turnOff(nextMs);
      return true;
    } catch (error) {
      const message = 'leader schedule not turned off: calls continue';
      this.#options.logger.error(message, { error: messageOf(error) });
      return false;
    }
  }

  #dueAt({ nextDueMs }: WorkAhead): number {
    return nextDueMs === null ? Infinity : this.#options.clock.now() + nextDueMs;
  }
}

/** What one call leads. */
interface Led {
  readonly leader: Leader;
  readonly orders: ReturnType<Required<OnDemandLeaderOptions>['createOrderRunner']>;
}

async function release({ leader, orders }: Led): Promise<void> {
  await leader.release();
  await orders.release();
}

/** Ticks `role` until it has nothing left to do at once. Adds its failure to `failures`. */
async function tickAll(
  role: Pick<Role, 'tick'>,
  signal: AbortSignal,
  failures: unknown[],
): Promise<void> {
  try {
    for (let pauseMs = 0; pauseMs === 0 && !signal.aborted; ) pauseMs = await role.tick(signal);
  } catch (error) {
    failures.push(error);
  }
}
