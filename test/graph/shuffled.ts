/** Definitions with their states in another order, for tests of determinism. */
import { Dice } from '../simulation/dice.ts';

/** Returns a definition whose states, in every scope, are in an order that `seed` chooses. */
export function shuffled<Value>(value: Value, seed: number): Value {
  const dice = new Dice(seed);
  const shuffle = (each: unknown): unknown => {
    if (Array.isArray(each)) return each.map(shuffle);
    if (typeof each !== 'object' || each === null) return each;
    const entries = Object.entries(each).map(([key, inner]) => [key, shuffle(inner)] as const);
    for (let last = entries.length - 1; last > 0; last--) {
      const other = dice.below(last + 1);
      const [a, b] = [entries[last], entries[other]];
      if (a !== undefined && b !== undefined) [entries[last], entries[other]] = [b, a];
    }
    return Object.fromEntries(entries);
  };
  return shuffle(value) as Value;
}
