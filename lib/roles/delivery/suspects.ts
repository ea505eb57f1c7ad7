import type { Delivery } from '../../ports/broker.ts';
import { type ClaimedExecution, companyStallsMax } from '../../ports/store/claim-store.ts';

/** A claimed execution, with the delivery that it came with. */
export interface Suspect {
  readonly claimed: ClaimedExecution;
  readonly delivery: Delivery | undefined;
}

/** Delay before a suspect that has no place here is claimed again, in milliseconds. */
export const suspectDelayMs = 2_000;

/**
 * The executions of one worker that may be what kills workers: two were lost while they ran each of
 * them, beside others.
 *
 * Modes: *clear* → a suspect is admitted → *making room* (the worker starts nothing new until all
 * its runs have ended) → *trial* (the suspects run, and nothing else does) → *clear*.
 *
 * The first suspect of a process runs alone. Each trial that the process survives doubles the
 * number of the next one: so the many innocents that were lost with one poison, or in two power
 * failures, do not wait for one another for long. Only what runs alone is ever blamed.
 */
export class Suspects {
  #together = 1;
  #waiting: readonly Suspect[] = [];
  #isTrial = false;
  #hasRun = false;

  /** Whether nothing else may start. */
  get needRoom(): boolean {
    return this.#isTrial || this.#waiting.length > 0;
  }

  /** The suspects that wait for the end of everything else. */
  get waiting(): readonly Suspect[] {
    return this.#waiting;
  }

  /** Admits as many as may run together, those with the most stalls first; returns the others. */
  admit(suspects: readonly Suspect[]): readonly Suspect[] {
    if (this.needRoom) return suspects;
    const worstFirst = suspects.toSorted((one, other) => {
      return other.claimed.stalls - one.claimed.stalls;
    });
    const [worst] = worstFirst;
    // What was lost alone is the first to run alone again.
    const isBlamed = (worst?.claimed.stalls ?? 0) > companyStallsMax;
    const places = isBlamed ? 1 : this.#together;
    this.#waiting = worstFirst.slice(0, places);
    return worstFirst.slice(places);
  }

  /**
   * Begins the trial of those that wait, and returns them.
   * @param isRun whether they run now; false when they are given back
   */
  begin(isRun: boolean): readonly Suspect[] {
    const group = this.#waiting;
    this.#waiting = [];
    this.#isTrial = true;
    this.#hasRun = isRun;
    return group;
  }

  /** Ends the trial, if there is one: nothing runs here any more. */
  end(): void {
    if (this.#isTrial && this.#hasRun) this.#together *= 2;
    this.#isTrial = false;
  }
}
