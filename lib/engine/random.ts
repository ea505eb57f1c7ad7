/**
 * The random numbers of one transition: the seed of its event decides them, for exact replay. They
 * are derived from the seed one way, so that numbers that a definition publishes tell nothing about
 * the others, nor about the secrets of the transition.
 */
import { createHmac } from 'node:crypto';
import type { Seed } from './event.ts';

/** Number of 32-bit words in one block of HMAC-SHA-256. */
const wordsPerBlock = 8;

/**
 * Creates a generator of numbers in [0, 1) from `seed`: HMAC-SHA-256 in counter mode. Nothing is
 * computed before the first number is drawn.
 */
export function createRandom(seed: Seed): () => number {
  let block: Buffer | undefined;
  let drawn = 0;
  return () => {
    const at = drawn % wordsPerBlock;
    if (block === undefined || at === 0) block = derive(seed, ['random', `${drawn}`]);
    drawn += 1;
    return block.readUInt32BE(at * 4) / 2 ** 32;
  };
}

/**
 * Derives a secret of 128 bits from `seed`, as 32 hexadecimal digits. Secrets with different names
 * are independent of one another, and of the random numbers.
 */
export function deriveSecret(seed: Seed, name: readonly string[]): string {
  return derive(seed, ['secret', ...name]).toString('hex', 0, 16);
}

function derive(seed: Seed, name: readonly string[]): Buffer {
  const key = Buffer.alloc(16);
  for (const [index, word] of seed.entries()) key.writeUInt32BE(word >>> 0, index * 4);
  return createHmac('sha256', key).update(JSON.stringify(name)).digest();
}
