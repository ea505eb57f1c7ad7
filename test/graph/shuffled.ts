/** Definitions with their states in another order, for tests of determinism. */

/** Returns a definition whose states, in every scope, are in an order that `seed` chooses. */
export function shuffled<Value>(value: Value, seed: number): Value {
  const random = createRandom(seed);
  const shuffle = (each: unknown): unknown => {
    if (Array.isArray(each)) return each.map(shuffle);
    if (typeof each !== 'object' || each === null) return each;
    const entries = Object.entries(each).map(([key, inner]) => [key, shuffle(inner)] as const);
    for (let last = entries.length - 1; last > 0; last--) {
      const other = Math.floor(random() * (last + 1));
      const [a, b] = [entries[last], entries[other]];
      if (a !== undefined && b !== undefined) [entries[last], entries[other]] = [b, a];
    }
    return Object.fromEntries(entries);
  };
  return shuffle(value) as Value;
}

function createRandom(seed: number): () => number {
  let state = (seed | 0) + 0x9e3779b9;
  return () => {
    state = Math.imul(state ^ (state >>> 15), 0x85ebca6b) + 1;
    state ^= state >>> 13;
    return (state >>> 0) / 2 ** 32;
  };
}
