import { randomFillSync } from 'node:crypto';
import type { Seed } from '../../engine/event.ts';
import type { Entropy } from '../../ports/entropy.ts';

const blockWords = 4_096;

/**
 * Randomness of the operating system, read in blocks: transitions need little of it, but very
 * often.
 */
export class SystemEntropy implements Entropy {
  readonly #now: () => number;
  readonly #block = new Uint32Array(blockWords);
  #used = blockWords;
  /** The last UUID's time and counter: UUIDs of one process sort in the order of creation. */
  #lastMs = 0;
  #counter = 0;

  constructor(now: () => number) {
    this.#now = now;
  }

  random(): number {
    return this.#word() / 0x1_0000_0000;
  }

  seed(): Seed {
    return [this.#word(), this.#word(), this.#word(), this.#word()];
  }

  /** RFC 9562, version 7; the 12 bits after the time are a counter (section 6.2, method 1). */
  uuid(): string {
    const ms = this.#tick();
    const time = ms.toString(16).padStart(12, '0');
    const counter = this.#counter.toString(16).padStart(3, '0');
    const first = (0x8000_0000 | (this.#word() & 0x3fff_ffff)) >>> 0;
    const tail = first.toString(16) + this.#word().toString(16).padStart(8, '0');
    return `${time.slice(0, 8)}-${time.slice(8)}-7${counter}-${tail.slice(0, 4)}-${tail.slice(4)}`;
  }

  /** Returns the UUID's time: now, or later when this millisecond's counter is used up. */
  #tick(): number {
    const now = this.#now();
    if (now > this.#lastMs) {
      this.#lastMs = now;
      this.#counter = this.#word() & 0x7ff;
    } else if (this.#counter === 0xfff) {
      this.#lastMs += 1;
      this.#counter = 0;
    } else {
      this.#counter += 1;
    }
    return this.#lastMs;
  }

  #word(): number {
    if (this.#used === blockWords) {
      randomFillSync(this.#block);
      this.#used = 0;
    }
    const word = this.#block[this.#used] ?? 0;
    this.#used += 1;
    return word;
  }
}
