import type { Seed } from '../../lib/engine/event.ts';
import type { Entropy } from '../../lib/ports/entropy.ts';

/** Randomness that is the same for the same seed. */
export class SeededEntropy implements Entropy {
  #state: number;
  #uuids = 0;

  constructor(seed = 1) {
    this.#state = seed >>> 0 || 1;
  }

  random(): number {
    return this.#word() / 0x1_0000_0000;
  }

  seed(): Seed {
    return [this.#word(), this.#word(), this.#word(), this.#word()];
  }

  /** Sorted by creation, as the port requires. */
  uuid(): string {
    this.#uuids += 1;
    const count = this.#uuids.toString(16).padStart(12, '0');
    const tail = this.#word().toString(16).padStart(8, '0');
    return `${count.slice(0, 8)}-${count.slice(8)}-7000-8000-0000${tail}`;
  }

  /** xorshift32. */
  #word(): number {
    let x = this.#state;
    x ^= x << 13;
    x ^= x >>> 17;
    x ^= x << 5;
    this.#state = x >>> 0;
    return this.#state;
  }
}
