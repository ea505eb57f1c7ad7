import type { Seed } from '../engine/event.ts';

/** Randomness, as roles use it. Tests and the simulation use a seeded source. */
export interface Entropy {
  /** Returns a number in [0, 1). */
  random(): number;
  /** Returns 128 bits for one transition. */
  seed(): Seed;
  /** Returns a UUID of version 7: unique, and sorted by time of creation. */
  uuid(): string;
}
