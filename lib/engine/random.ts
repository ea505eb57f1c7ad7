/** The random numbers of one transition: the seed of its event decides them, for exact replay. */
import type { Seed } from './event.ts';

/** Number of draws that mix the seed before the first number is used. */
const warmUpDraws = 12;

/**
 * Creates a generator of numbers in [0, 1) from `seed`, with sfc32. Nothing is computed before the
 * first number is drawn.
 */
export function createRandom(seed: Seed): () => number {
  let draw: (() => number) | undefined;
  return () => {
    draw ??= sfc32(seed);
    return draw() / 2 ** 32;
  };
}

/**
 * Chris Doty-Humphrey's small fast counting generator: 128 bits of state, one 32-bit integer per
 * draw.
 */
function sfc32([seedA, seedB, seedC, seedCounter]: Seed): () => number {
  let a = seedA | 0;
  let b = seedB | 0;
  let c = seedC | 0;
  let counter = seedCounter | 0;
  const draw = (): number => {
    const sum = (((a + b) | 0) + counter) | 0;
    counter = (counter + 1) | 0;
    a = b ^ (b >>> 9);
    b = (c + (c << 3)) | 0;
    c = (((c << 21) | (c >>> 11)) + sum) | 0;
    return sum >>> 0;
  };
  for (let count = 0; count < warmUpDraws; count++) draw();
  return draw;
}
