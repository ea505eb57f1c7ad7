/** The iterations of a Map as cells: one each while there are few, beyond that buckets. Pure. */
import type { IterationKind, IterationRuns } from './node-overlay.ts';

/** Up to this many iterations have a cell of their own. */
export const cellsMax = 2_000;

/** One cell of a strip, or several that look the same. */
export interface StripPart {
  readonly kind: IterationKind;
  /** The first iteration, and how many. */
  readonly from: number;
  readonly count: number;
}

/** How many iterations are in each state. */
export type IterationCounts = Readonly<Record<IterationKind, number>>;

/** Counts iterations by their state. */
export function countIterations(runs: IterationRuns): IterationCounts {
  const counts = { S: 0, F: 0, R: 0, A: 0, '-': 0 };
  for (const [kind, count] of runs) counts[kind] += count;
  return counts;
}

/** What a bucket shows: the worst of its iterations, so that no failure is lost in a crowd. */
const bySeverity: readonly IterationKind[] = ['F', 'A', 'R', '-', 'S'];

/** Returns the parts of a strip of `length` iterations: cells, or at most `bucketsMax` buckets. */
export function stripParts(runs: IterationRuns, bucketsMax: number): StripPart[] {
  const length = runs.reduce((sum, [, count]) => sum + count, 0);
  const size = length <= bucketsMax ? 1 : Math.ceil(length / bucketsMax);
  const parts: StripPart[] = [];
  for (const bucket of buckets(runs, size)) {
    const last = parts.at(-1);
    if (last?.kind === bucket.kind) {
      parts[parts.length - 1] = { ...last, count: last.count + bucket.count };
    } else parts.push(bucket);
  }
  return parts;
}

function* buckets(runs: IterationRuns, size: number): Generator<StripPart> {
  let from = 0;
  let filled = 0;
  let kinds = new Set<IterationKind>();
  for (const [kind, count] of runs) {
    let left = count;
    while (left > 0) {
      const taken = Math.min(left, size - filled);
      kinds.add(kind);
      filled += taken;
      left -= taken;
      // A run that fills whole buckets needs no step for each of them.
      const whole = filled === size && kinds.size === 1 ? Math.floor(left / size) * size : 0;
      if (filled < size) continue;
      yield { kind: worst(kinds), from, count: size + whole };
      from += size + whole;
      left -= whole;
      filled = 0;
      kinds = new Set();
    }
  }
  if (filled > 0) yield { kind: worst(kinds), from, count: filled };
}

function worst(kinds: ReadonlySet<IterationKind>): IterationKind {
  return bySeverity.find((kind) => kinds.has(kind)) ?? 'S';
}

/** Returns the iteration of this kind that follows `after`, or the first; null without one. */
export function nextIteration(
  runs: IterationRuns,
  kind: IterationKind,
  after: number,
): number | null {
  let first: number | null = null;
  let from = 0;
  for (const [each, count] of runs) {
    if (each === kind && count > 0) {
      first ??= from;
      if (from + count - 1 > after) return Math.max(from, after + 1);
    }
    from += count;
  }
  return first;
}

/** Returns how an iteration stands; `-` for one beyond the end. */
export function iterationAt(runs: IterationRuns, index: number): IterationKind {
  let from = 0;
  for (const [kind, count] of runs) {
    if (index < from + count) return kind;
    from += count;
  }
  return '-';
}
