import { decodeHistory } from '../../engine/history/decode-history.ts';
import { decodeSnapshot, type Snapshot } from '../../engine/snapshot.ts';
import { VisitFold } from '../../engine/visits/visit-fold.ts';
import type { Clock } from '../../ports/clock.ts';
import type { ExecutionQueries } from '../../ports/store/execution-queries.ts';
import type { ExecutionRecord } from '../../ports/store/execution-store.ts';

/** What {@link VisitFolds} are constructed from, and their limits. */
export interface VisitFoldsOptions {
  readonly store: Pick<ExecutionQueries, 'readHistory'>;
  readonly clock: Clock;
  /** Maximum number of executions that are kept. @default 8 */
  readonly foldsMax?: number;
  /** Maximum number of visits of one execution, and of all that are kept. @default 250,000 */
  readonly visitsMax?: number;
  /** How long one call reads history, in milliseconds. @default 2,000 */
  readonly readMsMax?: number;
}

/** The folded history of an execution, and the snapshot that belongs to it. */
export interface FoldedExecution {
  readonly fold: VisitFold;
  /** Null when the fold has not come as far as the snapshot, or there is none. */
  readonly snapshot: Snapshot | null;
}

const visitFoldsDefaults = Object.freeze({
  foldsMax: 8,
  visitsMax: 250_000,
  readMsMax: 2_000,
});

/** Number of stored chunks that are read at once; a chunk is the events of one checkpoint. */
const chunksMax = 100;

/** A fold that is kept, and the end of the last read of its history. */
interface KeptFold {
  readonly fold: VisitFold;
  turn: Promise<void>;
}

/**
 * Folds the histories of executions into visits, and keeps the folds that were asked for last: a
 * caller that follows an execution causes only new events to be read. A history that takes longer
 * than one call may read is continued by the next call.
 */
export class VisitFolds {
  readonly #options: Required<VisitFoldsOptions>;
  /** By execution, the one that was asked for last at the end. */
  readonly #kept = new Map<string, KeptFold>();

  constructor(options: VisitFoldsOptions) {
    this.#options = { ...visitFoldsDefaults, ...options };
  }

  /** Returns the visits of an execution up to its last checkpoint. */
  async fold({ id, snapshot: text }: ExecutionRecord): Promise<FoldedExecution> {
    const snapshot = text === null ? null : decodeSnapshot(text);
    const kept = this.#kept.get(id) ?? { fold: new VisitFold(), turn: Promise.resolve() };
    this.#kept.delete(id);
    this.#kept.set(id, kept);
    const { fold } = kept;
    const read = kept.turn.then(() => this.#read(id, fold, snapshot?.lastEventId ?? Infinity));
    // A call that fails must not fail the next.
    kept.turn = read.catch(() => {});
    await read;
    this.#forgetOld();
    return { fold, snapshot: snapshot?.lastEventId === fold.lastEventId ? snapshot : null };
  }

  async #read(id: string, fold: VisitFold, lastEventId: number): Promise<void> {
    const { store, clock, readMsMax, visitsMax } = this.#options;
    const until = clock.monotonicMs() + readMsMax;
    while (fold.lastEventId < lastEventId && fold.tree.visits.length < visitsMax) {
      const chunks = await store.readHistory(id, fold.lastEventId + 1, chunksMax);
      for (const chunk of chunks) {
        fold.add(decodeHistory(chunk).filter((event) => event.id <= lastEventId));
      }
      if (chunks.length < chunksMax || clock.monotonicMs() >= until) return;
    }
  }

  #forgetOld(): void {
    const { foldsMax, visitsMax } = this.#options;
    let visits = 0;
    for (const { fold } of this.#kept.values()) visits += fold.tree.visits.length;
    for (const [id, { fold }] of this.#kept) {
      if (this.#kept.size <= 1 || (this.#kept.size <= foldsMax && visits <= visitsMax)) return;
      this.#kept.delete(id);
      visits -= fold.tree.visits.length;
    }
  }
}
