/**
 * Calls the Data API again where that helps: a paused database is waited for while it wakes up, a
 * statement that lost to another is run again, a call that was turned away or got no answer is
 * repeated a few times. All statements of Millrace may be said twice.
 */
import { type Clock, pause } from '../../ports/clock.ts';
import { type FailureKind, kindOf } from './rds-data-errors.ts';

/** Options of {@link Patience}. */
export interface PatienceOptions {
  readonly clock: Clock;
  /** How long a paused database is waited for, in milliseconds. @default 60,000 */
  readonly resumeMsMax?: number | undefined;
}

/** AWS tells of about 15 s, and of 30 s and more after a day's pause. */
const resumeDefaultMsMax = 60_000;

interface Pauses {
  /** Calls in all, the first included. */
  readonly triesMax: number;
  /** The first pause and the longest, in milliseconds; each is twice the one before. */
  readonly first: number;
  readonly last: number;
}

const pausesOf: Readonly<Record<FailureKind, Pauses>> = Object.freeze({
  resuming: { triesMax: Number.POSITIVE_INFINITY, first: 1_000, last: 5_000 },
  conflict: { triesMax: 6, first: 50, last: 50 },
  refused: { triesMax: 6, first: 200, last: 2_000 },
  lost: { triesMax: 3, first: 200, last: 1_000 },
  final: { triesMax: 1, first: 0, last: 0 },
});

/** See this file's head. */
export class Patience {
  readonly #clock: Clock;
  readonly #resumeMsMax: number;

  constructor({ clock, resumeMsMax }: PatienceOptions) {
    this.#clock = clock;
    this.#resumeMsMax = resumeMsMax ?? resumeDefaultMsMax;
  }

  /** Runs `work` until it is done; throws its last failure. @param signal ends all waiting */
  async run<Result>(work: () => Promise<Result>, signal: AbortSignal): Promise<Result> {
    const startedAt = this.#clock.now();
    const tries: Partial<Record<FailureKind, number>> = {};
    for (;;) {
      try {
        return await work();
      } catch (error) {
        const kind = kindOf(error);
        const tried = (tries[kind] ?? 0) + 1;
        tries[kind] = tried;
        const waited = this.#clock.now() - startedAt;
        const over = tried >= pausesOf[kind].triesMax || waited >= this.#resumeMsMax;
        if (over || signal.aborted) throw error;
        await pause(this.#clock, jittered(pausesOf[kind], tried), signal);
        if (signal.aborted) throw error;
      }
    }
  }
}

/** Between half and all of it, so that a crowd spreads. */
function jittered({ first, last }: Pauses, tried: number): number {
  return Math.min(first * 2 ** (tried - 1), last) * (0.5 + Math.random() / 2);
}
