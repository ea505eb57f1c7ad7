import { isServiceFault } from '../../retry/is-service-fault.ts';

/** Writes a group and returns one answer per entry, in order. */
export type WriteGroup<Entry, Answer> = (group: readonly Entry[]) => Promise<readonly Answer[]>;

interface Waiting<Entry, Answer> {
  readonly entry: Entry;
  readonly resolve: (answer: Answer) => void;
  readonly reject: (error: unknown) => void;
}

/**
 * Combines single writes into groups: while one group is being written, new entries form the next.
 * So groups grow under load, and a single write waits for nothing except `gather`.
 *
 * Guarantees: every entry is answered exactly once; entries are written in the order added, one
 * group at a time; a group that is permanently refused is split until the entry at fault is alone,
 * so that it fails no other entry. After a fault of the service the group fails as a whole: its
 * halves would each wait for the service again.
 */
export class GroupWriter<Entry, Answer> {
  readonly #write: WriteGroup<Entry, Answer>;
  readonly #groupMax: number;
  readonly #gather: () => Promise<void>;
  #waiting: Waiting<Entry, Answer>[] = [];
  #writing: Promise<void> | null = null;

  /**
   * @param groupMax maximum number of entries in one write
   * @param gather delays a group that is not full, so that more entries can join it
   */
  constructor(
    write: WriteGroup<Entry, Answer>,
    groupMax: number,
    gather: () => Promise<void> = async () => {},
  ) {
    this.#write = write;
    this.#groupMax = groupMax;
    this.#gather = gather;
  }

  /** Adds one entry; resolves with its answer once its group is written. */
  add(entry: Entry): Promise<Answer> {
    return new Promise((resolve, reject) => {
      this.#waiting.push({ entry, resolve, reject });
      this.#writing ??= this.#drain();
    });
  }

  /** Resolves when no entry is pending or being written. */
  async idle(): Promise<void> {
    while (this.#writing !== null) await this.#writing;
  }

  async #drain(): Promise<void> {
    while (this.#waiting.length > 0) {
      await nextLoopTurn();
      if (this.#waiting.length < this.#groupMax) await this.#gather();
      const group = this.#waiting.slice(0, this.#groupMax);
      this.#waiting = this.#waiting.slice(group.length);
      await this.#writeOrSplit(group);
    }
    this.#writing = null;
  }

  async #writeOrSplit(group: readonly Waiting<Entry, Answer>[]): Promise<void> {
    try {
      const answers = await this.#write(group.map(({ entry }) => entry));
      group.forEach(({ resolve }, index) => {
        resolve(answers[index] as Answer);
      });
    } catch (error) {
      if (group.length === 1 || isServiceFault(error)) {
        for (const { reject } of group) reject(error);
        return;
      }
      const middle = Math.ceil(group.length / 2);
      await this.#writeOrSplit(group.slice(0, middle));
      await this.#writeOrSplit(group.slice(middle));
    }
  }
}

/**
 * Waits one turn of the event loop before each group: entries added by the same burst of events
 * join it. It also lets timers, I/O and signals in when the store answers by promises alone.
 */
function nextLoopTurn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
