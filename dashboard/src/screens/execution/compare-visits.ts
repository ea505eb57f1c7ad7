/** Two executions side by side, and where they part. Pure. */
import type { Visit } from './visit.ts';

/** What stands in one row: the nth visit of each. */
export interface ComparedRow {
  readonly left: Visit | undefined;
  readonly right: Visit | undefined;
  readonly difference: 'state' | 'status' | 'error' | null;
}

/** Two executions, and the first row in which they differ; null when they do not. */
export interface Comparison {
  readonly rows: readonly ComparedRow[];
  readonly partsAt: number | null;
}

/** Compares the visits at the top of two executions, in their order. */
export function compareVisits(left: readonly Visit[], right: readonly Visit[]): Comparison {
  const rows = Array.from({ length: Math.max(left.length, right.length) }, (_, index) => {
    const row = { left: left[index], right: right[index] };
    return { ...row, difference: differenceOf(row.left, row.right) };
  });
  const partsAt = rows.findIndex(({ difference }) => difference !== null);
  return { rows, partsAt: partsAt === -1 ? null : partsAt };
}

function differenceOf(
  left: Visit | undefined,
  right: Visit | undefined,
): ComparedRow['difference'] {
  if (left?.state !== right?.state) return 'state';
  if (left?.status !== right?.status) return 'status';
  return left?.error === right?.error ? null : 'error';
}
