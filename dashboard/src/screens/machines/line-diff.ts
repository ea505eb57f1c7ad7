/** The difference of two texts by lines. Pure. */

/** A line of one side or of both; numbers begin at 1. */
export interface DiffLine {
  readonly kind: 'same' | 'left' | 'right';
  readonly text: string;
  readonly left: number | null;
  readonly right: number | null;
}

/** The most steps of a search; beyond, what differs is shown as one block of each side. */
const editsMax = 600;

/** Returns the lines of two texts in one order, with the fewest that are on one side only. */
export function diffLines(left: string, right: string): DiffLine[] {
  const a = left.split('\n');
  const b = right.split('\n');
  let start = 0;
  while (start < a.length && start < b.length && a[start] === b[start]) start += 1;
  let end = 0;
  while (end < Math.min(a.length, b.length) - start && a.at(-1 - end) === b.at(-1 - end)) end += 1;
  const middle = diffMiddle(a.slice(start, a.length - end), b.slice(start, b.length - end));
  const kinds = [
    ...new Array<DiffLine['kind']>(start).fill('same'),
    ...middle,
    ...new Array<DiffLine['kind']>(end).fill('same'),
  ];
  return number(kinds, a, b);
}

function number(
  kinds: readonly DiffLine['kind'][],
  a: readonly string[],
  b: readonly string[],
): DiffLine[] {
  let [left, right] = [0, 0];
  return kinds.map((kind) => {
    const text = (kind === 'right' ? b[right] : a[left]) ?? '';
    if (kind !== 'right') left += 1;
    if (kind !== 'left') right += 1;
    return {
      kind,
      text,
      left: kind === 'right' ? null : left,
      right: kind === 'left' ? null : right,
    };
  });
}

/** Myers' algorithm: finds the shortest script of edits, by their number. */
function diffMiddle(a: readonly string[], b: readonly string[]): DiffLine['kind'][] {
  const max = Math.min(a.length + b.length, editsMax);
  const reached = new Map<number, number>([[1, 0]]);
  const trace: Map<number, number>[] = [];
  for (let edits = 0; edits <= max; edits++) {
    trace.push(new Map(reached));
    for (let diagonal = -edits; diagonal <= edits; diagonal += 2) {
      let x = furthest(reached, diagonal, edits);
      while (x < a.length && x - diagonal < b.length && a[x] === b[x - diagonal]) x += 1;
      reached.set(diagonal, x);
      if (x >= a.length && x - diagonal >= b.length) return walkBack(trace, a.length, b.length);
    }
  }
  return [...a.map(() => 'left' as const), ...b.map(() => 'right' as const)];
}

/** Returns where a diagonal goes on: after an insertion from the one above, or a deletion. */
function furthest(reached: ReadonlyMap<number, number>, diagonal: number, edits: number): number {
  const above = reached.get(diagonal + 1) ?? -1;
  const below = reached.get(diagonal - 1) ?? -1;
  const isInsertion = diagonal === -edits || (diagonal !== edits && below < above);
  return isInsertion ? above : below + 1;
}

function walkBack(
  trace: readonly ReadonlyMap<number, number>[],
  width: number,
  height: number,
): DiffLine['kind'][] {
  const kinds: DiffLine['kind'][] = [];
  let [x, y] = [width, height];
  for (let edits = trace.length - 1; edits >= 0; edits--) {
    const reached = trace[edits] ?? new Map<number, number>();
    const diagonal = x - y;
    const above = reached.get(diagonal + 1) ?? -1;
    const below = reached.get(diagonal - 1) ?? -1;
    const isInsertion = diagonal === -edits || (diagonal !== edits && below < above);
    const previous = isInsertion ? diagonal + 1 : diagonal - 1;
    const fromX = edits === 0 ? 0 : (reached.get(previous) ?? 0);
    const fromY = edits === 0 ? 0 : fromX - previous;
    while (x > fromX && y > fromY) {
      kinds.push('same');
      x -= 1;
      y -= 1;
    }
    if (edits > 0) kinds.push(isInsertion ? 'right' : 'left');
    [x, y] = [fromX, fromY];
  }
  return kinds.reverse();
}
