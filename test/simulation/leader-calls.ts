import type { Clock } from '../../lib/ports/clock.ts';
import type { LeaderSchedule } from '../../lib/ports/leader-schedule.ts';
import type { Dice } from './dice.ts';
import type { FaultPlan } from './fault-plan.ts';
import type { Trace } from './trace.ts';

/** What {@link LeaderCalls} are constructed from. */
export interface LeaderCallsDeps {
  readonly clock: Clock;
  readonly dice: Dice;
  readonly trace: Trace;
  /** The current faults. */
  readonly faults: () => FaultPlan;
}

/** A call of the leader function. */
export interface ArrivedCall {
  /** The leader whose batches it continues; null for a call of the schedule. */
  readonly predecessor: string | null;
  readonly pausedMs: number;
}

interface WaitingCall extends ArrivedCall {
  readonly at: number;
  /** Number of times it has been taken. */
  readonly taken: number;
}

const minuteMs = 60_000;
/** How long a call may go on before it is delivered again; longer than its time limit. */
const visibilityMs = 90_000;
/** Number of times that a call is delivered at most. */
const deliveriesMax = 3;
/** Maximum delay of a message that is late, in milliseconds. */
const lateMsMax = 120_000;

/**
 * The schedule and the queue that call the leader function, as EventBridge, SQS and Lambda do:
 * messages are lost, duplicated or late, and a call that fails or ends without an answer is
 * repeated.
 */
export class LeaderCalls implements LeaderSchedule {
  readonly #deps: LeaderCallsDeps;
  readonly #waiting: WaitingCall[] = [];
  #isOn = true;
  #tickAt: number;
  #nextCallAt: number | null = null;

  constructor(deps: LeaderCallsDeps) {
    this.#deps = deps;
    this.#tickAt = deps.clock.now();
  }

  async turnOn(): Promise<void> {
    const { clock, trace } = this.#deps;
    if (this.#isOn) return;
    trace.note('leader schedule turned on');
    this.#isOn = true;
    this.#tickAt = clock.now() + minuteMs;
  }

  async turnOff(nextMs: number | null): Promise<void> {
    const { clock, trace } = this.#deps;
    trace.note(`leader schedule turned off for ${nextMs}`);
    this.#isOn = false;
    this.#nextCallAt = nextMs === null ? null : clock.now() + nextMs;
  }

  /** Sends the message that continues the batches of a leader. */
  async continueLater(predecessor: string, pausedMs: number): Promise<void> {
    const { clock, dice, faults } = this.#deps;
    const { messageLost, messageDuplicated, messageDelayed } = faults();
    if (dice.chance(messageLost)) return;
    const copies = dice.chance(messageDuplicated) ? 2 : 1;
    for (let copy = 0; copy < copies; copy += 1) {
      const lateMs = dice.chance(messageDelayed) ? dice.below(lateMsMax) : 0;
      const at = clock.now() + pausedMs + lateMs;
      this.#waiting.push({ at, predecessor, pausedMs, taken: 0 });
    }
  }

  /** Sets a timer of the service. */
  after(ms: number, callback: () => void): () => void {
    return this.#deps.clock.after(ms, callback);
  }

  /**
   * Takes the next call that is due, if there is one, and hands it to `handle`. The call is
   * delivered again when that fails, or has not ended in time.
   */
  async take(handle: (call: ArrivedCall) => Promise<void>): Promise<boolean> {
    const { clock, trace } = this.#deps;
    const call = this.#next();
    if (call === null) return false;
    const cancel = clock.after(visibilityMs, () => this.#putBack(call));
    try {
      await handle(call);
      cancel();
    } catch (error) {
      trace.note(`leader call failed: ${String(error)}`);
      cancel();
      this.#putBack(call);
    }
    return true;
  }

  #next(): WaitingCall | null {
    const now = this.#deps.clock.now();
    const due = this.#waiting.findIndex(({ at }) => at <= now);
    if (due !== -1) return this.#waiting.splice(due, 1)[0] ?? null;
    const isTick = this.#isOn && this.#tickAt <= now;
    const isNextDue = this.#nextCallAt !== null && this.#nextCallAt <= now;
    if (isTick) this.#tickAt = now + minuteMs;
    if (isNextDue) this.#nextCallAt = null;
    return isTick || isNextDue ? { at: now, predecessor: null, pausedMs: 0, taken: 0 } : null;
  }

  #putBack(call: WaitingCall): void {
    const taken = call.taken + 1;
    if (taken >= deliveriesMax) return;
    this.#waiting.push({ ...call, taken, at: this.#deps.clock.now() + minuteMs });
  }
}
