/** The intrinsic functions on numbers, and `States.UUID`. */
import { failIntrinsic, type IntrinsicFamily, integerArgument } from './intrinsic-function.ts';

/** `States.MathAdd`, `States.MathRandom` and `States.UUID`. */
export const numberFunctions: IntrinsicFamily = {
  'States.MathAdd': {
    arity: [2, 2],
    apply: (args) => integerArgument(args, 0) + integerArgument(args, 1),
  },
  'States.MathRandom': {
    arity: [2, 3],
    apply: (args, { random, budget }) => {
      budget.spend(workPerRandom);
      const [start, end] = [integerArgument(args, 0), integerArgument(args, 1)];
      if (start >= end) failIntrinsic(`The start ${start} must be less than the end ${end}.`);
      const draw = args.length === 3 ? seededRandom(integerArgument(args, 2)) : random();
      return start + Math.floor(draw * (end - start));
    },
  },
  'States.UUID': {
    arity: [0, 0],
    apply: (_, { random, budget }) => {
      budget.spend(workPerRandom);
      return createUuid(random);
    },
  },
};

/** Work of deriving random numbers. */
const workPerRandom = 600;

/**
 * Returns the first number in [0, 1) of the sequence that `seed` starts: that of Java's
 * `java.util.Random`, which AWS uses (its documented linear congruential generator of 48 bits).
 * Fractions of the seed are dropped.
 */
export function seededRandom(seed: number): number {
  const multiplier = 0x5_deec_e66dn;
  let state = BigInt.asUintN(48, BigInt(Math.trunc(seed)) ^ multiplier);
  const nextBits = (count: bigint): bigint => {
    state = BigInt.asUintN(48, state * multiplier + 0xbn);
    return state >> (48n - count);
  };
  const high = nextBits(26n);
  return Number((high << 27n) + nextBits(27n)) / 2 ** 53;
}

/** Creates a version 4 UUID from four random numbers. */
export function createUuid(random: () => number): string {
  let digits = '';
  for (let part = 0; part < 4; part += 1) {
    const bits = Math.floor(random() * 0x1_0000_0000);
    digits += bits.toString(16).padStart(8, '0');
  }
  const variant = ((Number.parseInt(digits.charAt(16), 16) & 0x3) | 0x8).toString(16);
  const groups = [
    digits.slice(0, 8),
    digits.slice(8, 12),
    `4${digits.slice(13, 16)}`,
    variant + digits.slice(17, 20),
    digits.slice(20, 32),
  ];
  return groups.join('-');
}
