import { ErrorName, StateError } from './state-error.ts';

/**
 * Maximum work of one state, in units of about 40 ns: a value that a path visits, or a character
 * that is written. It is what a process may spend on one state without a pause, about 150 ms; for
 * the reasons see docs/decisions/engine.md.
 */
export const stateWorkMax = 4_000_000;

/**
 * Share of the work of a state that its catcher has at least, also when the state failed because it
 * had no more work.
 */
const catcherShare = 1 / 64;

/** Characters of a text that are written or searched, and read, in one unit of work. */
const writtenPerUnit = 8;
const readPerUnit = 32;

/** Length up to which V8 searches for a text in linear time; it is quadratic for longer ones. */
export const linearSearchMax = 250;

/** Characters that a search compares in one unit of work. */
const comparisonsPerUnit = 80;

/**
 * The work of one transition, shared by everything that evaluates: paths, filters, templates,
 * intrinsic functions, choice rules and JSONata. Each state may do the same amount of work,
 * whatever ran before it; the sum over the states tells when a transition should end.
 */
export class Budget {
  /** What one state may do. */
  readonly stateWork: number;
  #left: number;
  #granted: number;
  #before = 0;
  #references = 0;

  constructor(stateWork: number = stateWorkMax) {
    this.stateWork = stateWork;
    this.#left = stateWork;
    this.#granted = stateWork;
  }

  /** Work of the whole transition so far. */
  get spent(): number {
    return this.#before + this.#granted - this.#left;
  }

  /** Number of values that the current state has taken from its data into new values. */
  get references(): number {
    return this.#references;
  }

  /** Grants the work of the next state. */
  renew(): void {
    this.#before = this.spent;
    this.#left = this.stateWork;
    this.#granted = this.stateWork;
    this.#references = 0;
  }

  /** Grants the work of a catcher, when the state that failed left less. */
  renewForCatcher(): void {
    const least = this.stateWork * catcherShare;
    if (this.#left >= least) return;
    this.#before = this.spent;
    this.#left = least;
    this.#granted = least;
  }

  /** Takes work; returns false when the state has no more. */
  take(work: number): boolean {
    this.#left -= work;
    if (this.#left >= 0) return true;
    // What is refused is not done, however much it would have been.
    this.#left = -1;
    return false;
  }

  /** Takes work; throws `States.DataLimitExceeded` when the state has no more. */
  spend(work: number): void {
    if (!this.take(work)) throw workExceeded();
  }

  /** Takes the work of writing, or searching, a text of this length. */
  spendWriting(length: number): void {
    this.spend(1 + length / writtenPerUnit);
  }

  /** Takes the work of reading or comparing a text of this length. */
  spendReading(length: number): void {
    this.spend(1 + length / readPerUnit);
  }

  /** Counts work that is never refused, such as writing the history: it only ends a transition. */
  add(work: number): void {
    this.#before += work;
  }

  /** Counts values that a new value refers to: many of them can make a text much longer. */
  refer(count: number): void {
    this.#references += count;
  }
}

/** Returns the work of `text.indexOf(piece)` for texts of these lengths, in the worst case. */
export function searchWork(length: number, pieceLength: number): number {
  if (pieceLength <= linearSearchMax) return 1 + length / writtenPerUnit;
  return (length * pieceLength) / comparisonsPerUnit;
}

function workExceeded(): StateError {
  return new StateError(
    ErrorName.dataLimitExceeded,
    'The expressions of the state took more work than is supported: use smaller values, or ' +
      'divide the state into several ones.',
  );
}
