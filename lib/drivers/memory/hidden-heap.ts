/** The fields that the heap needs of an entry; `place` is maintained by the heap, -1 outside. */
export interface Hidden {
  dueAt: number;
  place: number;
}

/**
 * A binary heap of hidden entries by `dueAt`, soonest first. Entries know their place in it, so
 * that an acknowledged message is removed completely in O(log n).
 */
export class HiddenHeap<Entry extends Hidden> {
  readonly #entries: Entry[] = [];

  /** Number of hidden entries. */
  get size(): number {
    return this.#entries.length;
  }

  /** Returns the entry due soonest. */
  first(): Entry | undefined {
    return this.#entries[0];
  }

  /** Adds an entry that is in no heap. */
  add(entry: Entry): void {
    this.#entries.push(entry);
    this.#rise(entry, this.#entries.length - 1);
  }

  /** Removes an entry of this heap. */
  remove(entry: Entry): void {
    const { place } = entry;
    entry.place = -1;
    const last = this.#entries.pop();
    if (last === undefined || last === entry) return;
    if (!this.#sink(last, place)) this.#rise(last, place);
  }

  #rise(entry: Entry, from: number): void {
    let place = from;
    while (place > 0) {
      const above = (place - 1) >> 1;
      const parent = this.#entries[above];
      if (parent === undefined || parent.dueAt <= entry.dueAt) break;
      this.#put(parent, place);
      place = above;
    }
    this.#put(entry, place);
  }

  /** Returns true when the entry had to move down. */
  #sink(entry: Entry, from: number): boolean {
    let place = from;
    for (;;) {
      const left = this.#entries[2 * place + 1];
      const right = this.#entries[2 * place + 2];
      const child =
        right !== undefined && left !== undefined && right.dueAt < left.dueAt ? right : left;
      if (child === undefined || child.dueAt >= entry.dueAt) break;
      const below = child.place;
      this.#put(child, place);
      place = below;
    }
    this.#put(entry, place);
    return place !== from;
  }

  #put(entry: Entry, place: number): void {
    this.#entries[place] = entry;
    entry.place = place;
  }
}
