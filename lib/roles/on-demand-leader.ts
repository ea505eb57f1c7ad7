/**
 * The leader where it is called, by a schedule or by its own queue, instead of running all the
 * time. A call leads what it finds until nothing is left to do at the moment, or its time is nearly
 * over; then it ends, and what has to be looked at again is continued by another call:
 *
 * - *continuation*: batches that go on stay leased by the leader of this call until the one that
 *   names it as its predecessor comes. Whoever comes second finds nothing and ends. A continuation
 *   that is lost is made up for by the next tick after the lease.
 * - *rest*: a tick that finds nothing ahead turns the sweep's schedule off until the next sleeper
 *   is due, then looks once more: what was recorded in between turns it on again.
 *
 * So there are never more chains of calls than batches that are led, and no batch is led twice.
 */
import { messageOf } from '../errors.ts';
import type { BatchStore } from '../ports/batch-store.ts';
import type { Clock } from '../ports/clock.ts';
import type { LeaderSchedule } from '../ports/leader-schedule.ts';
import type { Logger } from '../ports/logger.ts';
import type { WorkAhead, WorkStore } from '../ports/work-store.ts';
import type { Leader } from './leader.ts';
import type { Role } from './role.ts';

/** Options of {@link OnDemandLeader}. */
export interface OnDemandLeaderOptions {
  readonly clock: Clock;
  readonly logger: Logger;
  readonly store: Pick<BatchStore, 'leaseBatches'> & Pick<WorkStore, 'workAhead'>;
  /** A leader of its own for each call, whose leases outlast the pause between two. */
  readonly leader: (lease: BatchStore['leaseBatches']) => Leader;
  /** Ticked, each until it has nothing left to do, by a call that has found work to lead. */
  readonly helpers: readonly Pick<Role, 'tick'>[];
  readonly leaderSchedule: LeaderSchedule;
  /** Has the successor of the leader `predecessor` called, in `pausedMs`. */
  readonly continueLater: (predecessor: string, pausedMs: number) => Promise<void>;
  /** What a call leaves of its time for its last steps, in milliseconds. @default 10,000 */
  readonly marginMs?: number;
  /**
   * The first pause between two calls, in milliseconds; doubled while nothing is recorded. @default
   * 2,000
   */
  readonly pauseFirstMs?: number;
  /** The longest, in milliseconds. @default 15,000 */
  readonly pauseMaxMs?: number;
  /**
   * The shortest rest, in milliseconds: a database that pauses after five minutes gains nothing by
   * a shorter one. @default 300,000
   */
  readonly restMinMs?: number;
}

/** A call of the leader. */
export interface LeaderCall {
  /** Whose batches alone are led; null: all that are free. */
  readonly predecessor: string | null;
  /** How long the predecessor has put this call off, in milliseconds. */
  readonly pausedMs: number;
  /** Whether it may turn the schedule off. */
  readonly mayRest: boolean;
  /** How long it may take, in milliseconds. */
  readonly leftMs: number;
}

const onDemandLeaderDefaults = Object.freeze({
  marginMs: 10_000,
  pauseFirstMs: 2_000,
  pauseMaxMs: 15_000,
  restMinMs: 300_000,
});

/** Rests set one after the other, each because a sleeper is due sooner than the one before knew. */
const restsMax = 3;

/** Two looks tell the time of the same sleeper so far apart at most, in milliseconds. */
const clockToleranceMs = 1_000;

/** See this file's head. */
export class OnDemandLeader {
  readonly #options: Required<OnDemandLeaderOptions>;

  constructor(options: OnDemandLeaderOptions) {
    this.#options = { ...onDemandLeaderDefaults, ...options };
  }

  /**
   * Answers how many batches it has led. Throws what went wrong in it, once all else is done; a
   * call that could not even ask for batches may be made again.
   */
  async call(call: LeaderCall): Promise<number> {
    const { clock, marginMs } = this.#options;
    const nearlyOver = new AbortController();
    const workMs = call.leftMs - Math.min(marginMs, call.leftMs / 3);
    const cancel = clock.after(workMs, () => nearlyOver.abort());
    try {
      return await this.#take(call, nearlyOver.signal);
    } finally {
      cancel();
    }
  }

  async #take(call: LeaderCall, signal: AbortSignal): Promise<number> {
    const { store, helpers, leaderSchedule } = this.#options;
    const { predecessor } = call;
    // First: a call that dies half-way is followed by others, also one that a rest was ended by.
    if (predecessor === null) await leaderSchedule.turnOn();
    const among = predecessor === null ? {} : { predecessor };
    const leader = this.#options.leader((id, leaseMs, limit) =>
      store.leaseBatches(id, leaseMs, limit, among),
    );
    const failures: unknown[] = [];
    await tickAll(leader, signal, failures);
    const led = leader.leads;
    if (predecessor === null || led > 0) {
      for (const helper of helpers) await tickAll(helper, signal, failures);
      // What failed was not looked after: another call has to.
      const mayRest = call.mayRest && failures.length === 0;
      await this.#settle({ ...call, mayRest }, leader, signal);
    }
    if (failures.length > 0) throw failures[0];
    return led;
  }

  /** Continues, or rests. */
  async #settle(call: LeaderCall, leader: Leader, signal: AbortSignal): Promise<void> {
    const ahead = await this.#options.store.workAhead();
    if (!this.#keepsUp(ahead)) {
      await leader.release();
      if (call.mayRest) await this.#rest(ahead);
      return;
    }
    if ((await leader.handOver()) > 0) await this.#continue(call, leader, signal);
  }

  #keepsUp({ busy, nextDueMs }: WorkAhead): boolean {
    return busy || (nextDueMs !== null && nextDueMs < this.#options.restMinMs);
  }

  /** A continuation that cannot be sent is left to the ticks, which need not wait for the lease. */
  async #continue(call: LeaderCall, leader: Leader, signal: AbortSignal): Promise<void> {
    const { continueLater } = this.#options;
    try {
      await continueLater(leader.id, this.#pauseMs(call, leader, signal));
    } catch (error) {
      await leader.release();
      throw error;
    }
  }

  #pauseMs({ pausedMs }: LeaderCall, leader: Leader, { aborted }: AbortSignal): number {
    const { pauseFirstMs, pauseMaxMs } = this.#options;
    if (leader.recorded > 0) return aborted ? 0 : pauseFirstMs;
    return Math.min(Math.max(2 * pausedMs, pauseFirstMs), pauseMaxMs);
  }

  /** What is recorded before the last look is seen by it; what comes later turns the sweep on. */
  async #rest(ahead: WorkAhead): Promise<void> {
    const { store, leaderSchedule } = this.#options;
    let found = ahead;
    for (let rests = 0; rests < restsMax; rests += 1) {
      const wantedAt = this.#wantedAt(found);
      if (!(await this.#restUntil(found.nextDueMs))) return;
      found = await store.workAhead();
      if (this.#keepsUp(found)) break;
      if (this.#wantedAt(found) >= wantedAt - clockToleranceMs) return;
    }
    await leaderSchedule.turnOn();
  }

  /** False when it is called on instead. */
  async #restUntil(nextMs: number | null): Promise<boolean> {
    try {
      await this.#options.leaderSchedule.rest(nextMs);
      return true;
    } catch (error) {
      const why = 'the leader could not rest: it goes on being called';
      this.#options.logger.error(why, { error: messageOf(error) });
      return false;
    }
  }

  #wantedAt({ nextDueMs }: WorkAhead): number {
    return nextDueMs === null ? Infinity : this.#options.clock.now() + nextDueMs;
  }
}

/**
 * Ticks `role` until it has nothing left to do at once; its failure is kept for later, so that what
 * else there is to do is done.
 */
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
