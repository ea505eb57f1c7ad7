const slotsMin = 16;

/**
 * A first-in-first-out queue on a ring buffer: O(1) at both ends. It shrinks as items leave, so
 * that a backlog of a million items occupies no memory afterwards.
 */
export class Ring<Item> {
  #slots: (Item | undefined)[] = new Array(slotsMin);
  #head = 0;
  #size = 0;

  /** Number of items. */
  get size(): number {
    return this.#size;
  }

  /** Adds an item at the end. */
  push(item: Item): void {
    if (this.#size === this.#slots.length) this.#resize(this.#size * 2);
    this.#slots[this.#slot(this.#size)] = item;
    this.#size += 1;
  }

  /** Removes and returns the first item. */
  shift(): Item | undefined {
    const item = this.#slots[this.#head];
    if (this.#size === 0) return undefined;
    this.#slots[this.#head] = undefined;
    this.#head = this.#slot(1);
    this.#size -= 1;
    if (this.#slots.length > slotsMin && this.#size < this.#slots.length / 4) {
      this.#resize(this.#slots.length / 2);
    }
    return item;
  }

  /** Returns the item `offset` places after the first. */
  at(offset: number): Item | undefined {
    return offset < this.#size ? this.#slots[this.#slot(offset)] : undefined;
  }

  /** Swaps the first item with the one `offset` places after it. */
  bringForward(offset: number): void {
    const slot = this.#slot(offset);
    const first = this.#slots[this.#head];
    this.#slots[this.#head] = this.#slots[slot];
    this.#slots[slot] = first;
  }

  /** The number of slots is a power of two, so a mask wraps around. */
  #slot(offset: number): number {
    return (this.#head + offset) & (this.#slots.length - 1);
  }

  #resize(slots: number): void {
    const next: (Item | undefined)[] = new Array(slots);
    for (let offset = 0; offset < this.#size; offset += 1) {
      next[offset] = this.#slots[this.#slot(offset)];
    }
    this.#slots = next;
    this.#head = 0;
  }
}
