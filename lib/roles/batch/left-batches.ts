import type { Clock } from '../../ports/clock.ts';
import { type BackoffSchedule, backoffMs } from '../../retry/backoff.ts';

/** Delays before a leader tries again to lead a batch that it has left to others. */
const leaveBackoff: BackoffSchedule = Object.freeze({ firstMs: 2_000, maxMs: 15_000 });

/** A batch that was left. Times are by the monotonic clock, in milliseconds. */
interface LeftBatch {
  readonly since: number;
  readonly attempts: number;
  readonly untilMs: number;
}

/** What {@link LeftBatches} are constructed from. */
export interface LeftBatchesDeps {
  readonly clock: Pick<Clock, 'monotonicMs'>;
  /**
   * How long no leader must have been able to lead a batch before it is paused, in milliseconds.
   */
  readonly deployGraceMs: number;
}

/**
 * The batches that one leader cannot lead, for want of a transformer, a file or a machine, and
 * leaves to other leaders: it lets the lease go, and does not take the batch again for a while. It
 * tries again with growing pauses, because it may be the only leader. Leaders that follow one
 * another in a process share one, so that the grace counts over all of them.
 */
export class LeftBatches {
  readonly #deps: LeftBatchesDeps;
  readonly #left = new Map<string, LeftBatch>();

  constructor(deps: LeftBatchesDeps) {
    this.#deps = deps;
  }

  /** The batches that this leader does not lease now. */
  listAway(): string[] {
    const now = this.#deps.clock.monotonicMs();
    return [...this.#left].flatMap(([id, { untilMs }]) => (untilMs > now ? [id] : []));
  }

  /**
   * Leaves a batch to other leaders. Returns false, and forgets it, when none has been able to lead
   * it for `deployGraceMs`: it is to be paused.
   * @param isNew whether it could be led since this leader left it last
   */
  leave(batchId: string, isNew: boolean): boolean {
    const { clock, deployGraceMs } = this.#deps;
    const now = clock.monotonicMs();
    const known = isNew ? undefined : this.#left.get(batchId);
    const { since = now, attempts = 0 } = known ?? {};
    if (now - since >= deployGraceMs) {
      this.#left.delete(batchId);
      return false;
    }
    const untilMs = now + backoffMs(leaveBackoff, attempts, 0);
    this.#left.set(batchId, { since, attempts: attempts + 1, untilMs });
    return true;
  }

  /** Forgets a batch that this leader can lead. */
  forget(batchId: string): void {
    this.#left.delete(batchId);
  }
}
