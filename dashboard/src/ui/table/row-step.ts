/** Which row a key leads to, and which rows a range has. Pure. */

/** Returns the row that a key leads to from row `at` (-1 for none); null for other keys. */
export function stepFrom(at: number, key: string, count: number): number | null {
  if ((key !== 'j' && key !== 'k') || count === 0) return null;
  if (at === -1) return 0;
  return Math.min(Math.max(at + (key === 'j' ? 1 : -1), 0), count - 1);
}

/** Returns the keys from one to another, both included. */
export function keysBetween(
  keys: readonly string[],
  from: string | null,
  to: string,
): readonly string[] {
  const start = from === null ? -1 : keys.indexOf(from);
  const end = keys.indexOf(to);
  if (start === -1 || end === -1) return [to];
  return keys.slice(Math.min(start, end), Math.max(start, end) + 1);
}
