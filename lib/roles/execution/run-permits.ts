import { dueAt } from '../../engine/due-at.ts';
import { type Effect, type InvokeEffect, isCommand } from '../../engine/effect.ts';
import type { Seed } from '../../engine/event.ts';
import type { Snapshot } from '../../engine/snapshot.ts';
import { transition } from '../../engine/transition.ts';
import type { Clock } from '../../ports/clock.ts';
import type { Checkpoint } from '../../ports/store/checkpoint-store.ts';
import type { LeftCalls } from './left-calls.ts';
import type { RunStart } from './run-start.ts';

/** Time between two looks at calls that wait for a limit, in milliseconds. */
const lookMs = 1_000;

/** Time limits do not depend on randomness. */
const noSeed: Seed = Object.freeze([0, 0, 0, 0]);

/** What limits mean for the rounds of a run; without limits, nothing. */
export class RunPermits {
  readonly #start: RunStart;
  readonly #left: Pick<LeftCalls, 'has'>;
  readonly #clock: Pick<Clock, 'now'>;
  /** Whether calls may wait in the snapshot: their limit may have been removed since. */
  readonly #hasHeld: boolean;

  constructor(start: RunStart, left: Pick<LeftCalls, 'has'>, clock: Pick<Clock, 'now'>) {
    this.#start = start;
    this.#hasHeld = start.claimed.snapshot?.includes('"held":') ?? false;
    this.#left = left;
    this.#clock = clock;
  }

  /**
   * Asks for what the execution needs to start; one that continues has it already. When it returns
   * false, the store has put the execution to sleep.
   */
  async isAdmitted(): Promise<boolean> {
    const { limits, isContinuation, eventsAfterSignals } = this.#start;
    if (!limits || isContinuation || eventsAfterSignals.length > 0) return true;
    return await limits.admit();
  }

  /** Asks for permits of calls; returns those of earlier rounds that have theirs now. */
  async take(snapshot: Snapshot, effects: readonly Effect[]): Promise<readonly InvokeEffect[]> {
    const { limits } = this.#start;
    if (!limits) return [];
    const calls = effects.filter((each) => each.type === 'invoke');
    const made = calls.filter(({ command }) => !this.#left.has(command));
    return await limits.take(snapshot, made);
  }

  /**
   * Stops the time limits of the calls that wait now, and continues those of calls that have waited
   * and are made. Returns the same snapshot when none has any.
   */
  retime(
    snapshot: Snapshot,
    effects: readonly Effect[],
    granted: readonly InvokeEffect[],
  ): Snapshot {
    const { limits, machine, identity } = this.#start;
    if (!limits?.limitsCalls && !this.#hasHeld) return snapshot;
    const calls = [...effects.filter((each) => each.type === 'invoke'), ...granted];
    return calls.reduce((before, call) => {
      const type = this.waits(call) ? 'commandHeld' : 'commandPermitted';
      const event = { type, command: call.command, at: this.#clock.now(), seed: noSeed } as const;
      return transition(machine, identity, before, event).snapshot;
    }, snapshot);
  }

  /** Whether the effect is a call that waits for a limit. */
  waits(effect: Effect): boolean {
    return isCommand(effect) && (this.#start.limits?.has(effect.command) ?? false);
  }

  /** Returns when the run has something to do next: calls that wait are looked at now and then. */
  nextDueAt(snapshot: Snapshot, now: number): number | null {
    const due = dueAt(snapshot);
    if (!this.#start.limits?.isWaiting) return due;
    return Math.min(due ?? Infinity, now + lookMs);
  }

  /** Gives back what the execution has unless it continues from the checkpoint. */
  settle({ status }: Pick<Checkpoint, 'status'>): void {
    if (status !== 'RUNNING' && status !== 'PENDING') this.#start.limits?.leave();
  }

  /** Gives back what the execution has if it has not begun. */
  giveBack(): void {
    if (!this.#start.isContinuation) this.#start.limits?.leave();
  }

  /** Whether a call was granted its permits before the execution fell asleep. */
  async isWoken(): Promise<boolean> {
    return (await this.#start.limits?.isWoken()) ?? false;
  }
}
