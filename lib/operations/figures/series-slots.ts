/** Decides into which time slots a series is divided, and which of them were never measured. */
import { seriesKept, seriesSteps } from '../../ports/store/figures/step-figures.ts';

/** The time slots of a series. Times are milliseconds since 1970. */
export interface SeriesSlots {
  readonly from: number;
  readonly to: number;
  readonly stepMs: number;
  readonly count: number;
}

/** A time in which nothing was measured: slots, the second one exclusive. */
export interface SlotGap {
  readonly first: number;
  readonly end: number;
}

const secondMs = 1_000;
const dayMs = 86_400_000;

/** Lengths that divide an hour or a day, in milliseconds. */
const steps: readonly number[] = [
  10, 20, 30, 60, 120, 300, 600, 900, 1_800, 3_600, 7_200, 10_800, 21_600, 43_200, 86_400,
].map((seconds) => seconds * secondMs);

/** Nothing has to be recorded for this long before a time counts as a gap, in milliseconds. */
const gapMinMs = 60_000;

/** How long after its end a slot may still be written, in milliseconds. */
const lateMs = 20_000;

/**
 * Returns at most about `points` slots from `from` to `to`. They are no shorter than what is still
 * kept for `from`, and end with the last slot that is over.
 */
export function planSlots(from: number, to: number, points: number, now: number): SeriesSlots {
  const { recent } = seriesSteps;
  const end = Math.max(from + 1, Math.min(to, Math.floor(now / recent) * recent));
  const needed = Math.max(keptStep(from, now), Math.ceil((end - from) / points));
  const stepMs = steps.find((step) => step >= needed) ?? Math.ceil(needed / dayMs) * dayMs;
  const start = Math.floor(from / stepMs) * stepMs;
  return { from: start, to: end, stepMs, count: Math.max(1, Math.ceil((end - start) / stepMs)) };
}

function keptStep(from: number, now: number): number {
  const age = now - from;
  if (age <= seriesKept.recent) return seriesSteps.recent;
  return age <= seriesKept.day ? seriesSteps.day : seriesSteps.old;
}

/** Whether the slot may still get values that belong to it. */
export function isOpen({ from, stepMs }: SeriesSlots, slot: number, now: number): boolean {
  return from + (slot + 1) * stepMs > now - lateMs;
}

/**
 * Returns the times in which nothing was measured.
 * @param measured the slots in which anything was recorded
 */
export function findGaps(
  slots: SeriesSlots,
  measured: ReadonlySet<number>,
  now: number,
): SlotGap[] {
  const gaps: SlotGap[] = [];
  let first = 0;
  for (let slot = 0; slot <= slots.count; slot += 1) {
    const isOver = slot === slots.count || measured.has(slot) || isOpen(slots, slot, now);
    if (!isOver) continue;
    if (slot > first && (slot - first) * slots.stepMs >= gapMinMs) gaps.push({ first, end: slot });
    first = slot + 1;
  }
  return gaps;
}
