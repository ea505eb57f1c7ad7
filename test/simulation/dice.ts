import { SeededEntropy } from '../support/seeded-entropy.ts';

/** The random numbers of a simulation: one seed decides every draw, and each user has own dice. */
export class Dice {
  readonly entropy: SeededEntropy;

  constructor(seed: number) {
    this.entropy = new SeededEntropy(scramble(seed));
  }

  /** Creates other dice, whose draws do not depend on later draws of these. */
  fork(): Dice {
    return new Dice(this.below(0xffff_ffff));
  }

  chance(probability: number): boolean {
    return this.entropy.random() < probability;
  }

  /** Draws a whole number from 0 to `bound` - 1. */
  below(bound: number): number {
    return Math.floor(this.entropy.random() * bound);
  }

  /** Draws a whole number from `least` to `most`. */
  between(least: number, most: number): number {
    return least + this.below(most - least + 1);
  }

  pick<Choice>(choices: readonly [Choice, ...Choice[]]): Choice {
    return choices[this.below(choices.length)] ?? choices[0];
  }
}

/** Mixes a seed, so that neighbouring seeds do not start with similar draws. */
function scramble(seed: number): number {
  let mixed = Math.imul(seed ^ (seed >>> 16), 0x45d9_f3b) + 0x9e37_79b9;
  mixed = Math.imul(mixed ^ (mixed >>> 15), 0x2c1b_3c6d);
  return (mixed ^ (mixed >>> 13)) >>> 0;
}
