import { dueAt } from '../../engine/due-at.ts';
import { type Effect, type InvokeEffect, isCommand } from '../../engine/effect.ts';
import type { Snapshot } from '../../engine/snapshot.ts';
import type { Checkpoint } from '../../ports/store/checkpoint-store.ts';
import type { LeftCalls } from './left-calls.ts';
import type { RunStart } from './run-start.ts';

/** Time between two looks at calls that wait for a limit, in milliseconds. */
const lookMs = 1_000;

/** What limits mean for the rounds of a run; without limits, nothing. */
export class RunPermits {
  readonly #start: RunStart;
  readonly #left: Pick<LeftCalls, 'has'>;

  constructor(start: RunStart, left: Pick<LeftCalls, 'has'>) {
    this.#start = start;
    this.#left = left;
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
