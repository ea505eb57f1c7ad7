/** Names that a user may have meant. */

/** Names that a message lists; the configuration and the lists of commands have all. */
const listedMax = 20;

/** Characters of a name that are compared: the work is bounded for any input. */
const comparedMax = 100;

/** Names that are compared with the one that was given. */
const candidatesMax = 10_000;

/**
 * Lists the names that exist, for a message about one that does not, and the one that was probably
 * meant: `known: orders, odd; did you mean 'orders'?`
 */
export function listKnown(name: string, known: Iterable<string>): string {
  const names = [...known];
  const more = names.length > listedMax ? ` and ${names.length - listedMax} more` : '';
  const list = names.slice(0, listedMax).join(', ') || 'none';
  const meant = findSimilar(name, names);
  return `known: ${list}${more}${meant === null ? '' : `; did you mean '${meant}'?`}`;
}

/** Returns the name that is most like `name`; null when none is. */
export function findSimilar(name: string, known: Iterable<string>): string | null {
  let best: string | null = null;
  // A third of a name may be wrong, at most three characters of it.
  let distanceMax = Math.min(3, Math.ceil(name.length / 3));
  let left = candidatesMax;
  for (const candidate of known) {
    if (left === 0) break;
    left -= 1;
    const distance = countEdits(name.toLowerCase(), candidate.toLowerCase());
    if (distance > distanceMax || (best !== null && distance === distanceMax)) continue;
    best = candidate;
    distanceMax = distance;
  }
  return best;
}

/** Counts the insertions, deletions, changes and swaps of neighbours that turn one into another. */
function countEdits(from: string, to: string): number {
  const [a, b] = [from.slice(0, comparedMax), to.slice(0, comparedMax)];
  let before: number[] = [];
  let last = Array.from({ length: b.length + 1 }, (_, column) => column);
  for (let row = 1; row <= a.length; row += 1) {
    const next = [row];
    for (let column = 1; column <= b.length; column += 1) {
      const isSame = a[row - 1] === b[column - 1];
      const isSwap = a[row - 1] === b[column - 2] && a[row - 2] === b[column - 1];
      next[column] = Math.min(
        at(last, column) + 1,
        at(next, column - 1) + 1,
        at(last, column - 1) + (isSame ? 0 : 1),
        isSwap ? at(before, column - 2) + 1 : Number.POSITIVE_INFINITY,
      );
    }
    before = last;
    last = next;
  }
  return at(last, b.length);
}

function at(row: readonly number[], column: number): number {
  return row[column] ?? Number.POSITIVE_INFINITY;
}
