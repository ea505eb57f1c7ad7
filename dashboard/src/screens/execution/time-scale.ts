/**
 * The axis of a timeline. A retry a day later would squeeze all else to nothing, so times in which
 * nothing was done are cut out, and the axis says how long they were. Pure.
 */

/** A time in which something was done; from and to may be equal. */
export interface Span {
  readonly from: number;
  readonly to: number;
}

/** A time that is cut out, at a position from 0 to 1. */
export interface TimeGap {
  readonly position: number;
  readonly width: number;
  readonly ms: number;
}

/** Positions of times, from 0 to 1. */
export interface TimeScale {
  readonly position: (at: number) => number;
  readonly gaps: readonly TimeGap[];
  /** Times with their positions, for the axis. */
  readonly ticks: readonly { readonly at: number; readonly position: number }[];
}

/** Share of the axis that a gap takes. */
const gapShare = 0.035;

/** A gap is cut when it is longer than this share of all that was done, and than a few seconds. */
const cutShare = 0.25;
const cutMinMs = 3_000;
const gapsMax = 12;
const ticksCount = 5;

interface Piece {
  readonly from: number;
  readonly to: number;
  readonly isGap: boolean;
}

/** Creates the axis over spans. */
export function createTimeScale(spans: readonly Span[]): TimeScale {
  const pieces = cutGaps(mergeSpans(spans));
  const gaps = pieces.filter(({ isGap }) => isGap);
  const shown = pieces.reduce((sum, { from, to, isGap }) => sum + (isGap ? 0 : to - from), 0);
  const free = 1 - gaps.length * gapShare;
  const placed: (Piece & { readonly start: number; readonly width: number })[] = [];
  let start = 0;
  for (const piece of pieces) {
    const width = piece.isGap ? gapShare : (free * (piece.to - piece.from)) / Math.max(1, shown);
    placed.push({ ...piece, start, width });
    start += width;
  }
  const position = (at: number): number => {
    const piece = placed.find(({ to }) => at <= to) ?? placed.at(-1);
    if (piece === undefined || piece.to === piece.from) return piece?.start ?? 0;
    const share = (at - piece.from) / (piece.to - piece.from);
    return piece.start + Math.min(1, Math.max(0, share)) * piece.width;
  };
  return {
    position,
    gaps: placed
      .filter(({ isGap }) => isGap)
      .map(({ start: at, width, from, to }) => ({ position: at, width, ms: to - from })),
    ticks: ticksOf(placed),
  };
}

function mergeSpans(spans: readonly Span[]): Span[] {
  const merged: Span[] = [];
  for (const { from, to } of spans.toSorted((a, b) => a.from - b.from)) {
    const last = merged.at(-1);
    if (last !== undefined && from <= last.to) {
      merged[merged.length - 1] = { from: last.from, to: Math.max(last.to, to) };
    } else merged.push({ from, to });
  }
  return merged;
}

function cutGaps(spans: readonly Span[]): Piece[] {
  const [first] = spans;
  if (first === undefined) return [];
  const done = spans.reduce((sum, { from, to }) => sum + to - from, 0);
  const least = Math.max(cutMinMs, cutShare * done);
  const lengths = spans.slice(1).map(({ from }, index) => from - (spans[index]?.to ?? from));
  const longest = lengths.filter((length) => length > least).sort((a, b) => b - a);
  const limit = longest[gapsMax - 1] ?? least;
  const pieces: Piece[] = [{ ...first, isGap: false }];
  for (const { from, to } of spans.slice(1)) {
    const last = pieces.at(-1) ?? { ...first, isGap: false };
    if (from - last.to > least && from - last.to >= limit) {
      pieces.push({ from: last.to, to: from, isGap: true }, { from, to, isGap: false });
    } else pieces[pieces.length - 1] = { from: last.from, to, isGap: false };
  }
  return pieces;
}

function ticksOf(
  placed: readonly (Piece & { readonly start: number; readonly width: number })[],
): TimeScale['ticks'] {
  const wanted = Array.from({ length: ticksCount }, (_, index) => index / (ticksCount - 1));
  return wanted.flatMap((position) => {
    const piece = placed.find(({ start, width }) => position <= start + width + 1e-9);
    if (piece === undefined || piece.isGap || piece.width === 0) return [];
    const at = piece.from + ((position - piece.start) / piece.width) * (piece.to - piece.from);
    return [{ at, position }];
  });
}
