/** Randomness, as roles may ask for it. Tests and the simulation replace it by a seeded source. */
import type { Seed } from '../engine/event.ts';

export interface Entropy {
  /** A number in [0, 1). */
  random(): number;
  /** 128 bits for one transition. */
  seed(): Seed;
  /** A UUID of version 7: unique, and sorted by time of creation. */
  uuid(): string;
}
