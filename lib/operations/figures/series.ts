/** Figures over time: of everything, or by queue, machine or batch. */
import { addHistograms, percentileOf } from '../../engine/figures/duration-histogram.ts';
import { MillraceError } from '../../errors.ts';
import { type SeriesPoint, seriesKeysMax } from '../../ports/store/figures/figure-queries.ts';
import type { SeriesKind } from '../../ports/store/figures/step-figures.ts';
import type { AppContext } from '../app-context.ts';
import { findGaps, isOpen, planSlots, type SeriesSlots, type SlotGap } from './series-slots.ts';

/** What a series measures. Rates are per second. */
export type SeriesMeasure = keyof typeof rates | keyof typeof percentiles | keyof typeof gauges;

/** Selects series. Times are milliseconds since 1970. */
export interface SeriesRequest {
  readonly of: readonly SeriesMeasure[];
  readonly by?: SeriesKind;
  /** Only this queue, machine or batch. @default all, at most the 50 busiest */
  readonly key?: string;
  /** @default an hour before `to` */
  readonly from?: number;
  /** @default now */
  readonly to?: number;
  /** How many values a series has, about. @default 300 */
  readonly points?: number;
}

/** One measure of one queue, machine or batch, or of everything. */
export interface Series {
  readonly of: SeriesMeasure;
  /** '' for everything. */
  readonly key: string;
  /** Null where nothing was measured. */
  readonly values: readonly (number | null)[];
}

/** Series over the same time slots. */
export interface SeriesReport {
  /** The start of the first slot, in milliseconds since 1970. */
  readonly from: number;
  readonly stepMs: number;
  readonly series: readonly Series[];
  /** `asleep`: functions that only run when there is work. Times as above. */
  readonly gaps: readonly {
    readonly from: number;
    readonly to: number;
    readonly why: 'asleep' | 'unknown';
  }[];
}

const hourMs = 3_600_000;

/** How long the last value of a gauge stands for the next, in milliseconds. */
const gaugeHoldMs = 60_000;

const rates = {
  started: (point: SeriesPoint) => point.started,
  ended: (point: SeriesPoint) => point.ended,
  succeeded: (point: SeriesPoint) => point.succeeded,
  failed: (point: SeriesPoint) => point.failed,
  retried: (point: SeriesPoint) => point.retried,
  archived: (point: SeriesPoint) => point.archived,
  received: (point: SeriesPoint) => point.received,
} as const;

const percentiles = { tookP50: 0.5, tookP95: 0.95, tookP99: 0.99 } as const;

const gauges = {
  depth: (point: SeriesPoint) => point.depth,
  oldestMs: (point: SeriesPoint) => point.oldestMs,
  workers: (point: SeriesPoint) => point.workers,
  busy: (point: SeriesPoint) => point.busy,
} as const;

/**
 * Reads series.
 * @throws INVALID_ARGUMENT when `from` is not before `to`
 */
export async function getSeries(
  { store, clock, settings }: Pick<AppContext, 'store' | 'clock' | 'settings'>,
  { of, by = 'total', key, points = 300, ...times }: SeriesRequest,
): Promise<SeriesReport> {
  const now = clock.now();
  const { to = now, from = to - hourMs } = times;
  if (from >= to) {
    throw new MillraceError(
      'INVALID_ARGUMENT',
      `from: expected a time before to (${to}), found ${from}`,
    );
  }
  const slots = planSlots(from, to, points, now);
  const range = { from: slots.from, to: slots.to, stepMs: slots.stepMs };
  const withTook = of.some((measure) => measure in percentiles);
  const wanted = by === 'total' ? '' : (key ?? null);
  const [found, total] = await Promise.all([
    store.readSeries({ ...range, kind: by, key: wanted, withTook }),
    by === 'total' ? null : store.readSeries({ ...range, kind: 'total', key: '', withTook: false }),
  ]);
  const measured = new Set((total ?? found).map(({ slot }) => slot));
  const gaps = findGaps(slots, measured, now);
  const keys = wanted === null ? findBusiest(found) : [wanted];
  const lanes = keys.map((name) => createLane(slots, found, name, { gaps, measured, now }));
  return {
    from: slots.from,
    stepMs: slots.stepMs,
    series: of.flatMap((measure) =>
      lanes.map((lane) => ({ of: measure, key: lane.key, values: measureLane(lane, measure) })),
    ),
    gaps: gaps.map(({ first, end }) => ({
      from: slots.from + first * slots.stepMs,
      to: Math.min(slots.to, slots.from + end * slots.stepMs),
      why: settings.leaderSchedule === null ? 'unknown' : 'asleep',
    })),
  };
}

/** Returns the keys in which the most happened, by name. */
function findBusiest(points: readonly SeriesPoint[]): string[] {
  const activity = new Map<string, number>();
  for (const { key, started, ended, received, depth } of points) {
    const more = started + ended + received + (depth ?? 0);
    activity.set(key, (activity.get(key) ?? 0) + more);
  }
  const busiest = [...activity].sort(([, a], [, b]) => b - a).slice(0, seriesKeysMax);
  return busiest.map(([key]) => key).sort();
}

/** The slots of one key, each with what was recorded in it. */
interface SeriesLane {
  readonly key: string;
  readonly slots: SeriesSlots;
  readonly points: ReadonlyMap<number, SeriesPoint>;
  /** Whether there is nothing to say about a slot. */
  readonly isUnknown: (slot: number) => boolean;
}

function createLane(
  slots: SeriesSlots,
  points: readonly SeriesPoint[],
  key: string,
  {
    gaps,
    measured,
    now,
  }: {
    readonly gaps: readonly SlotGap[];
    readonly measured: ReadonlySet<number>;
    readonly now: number;
  },
): SeriesLane {
  return {
    key,
    slots,
    points: new Map(points.flatMap((each) => (each.key === key ? [[each.slot, each]] : []))),
    isUnknown: (slot) =>
      gaps.some(({ first, end }) => slot >= first && slot < end) ||
      (!measured.has(slot) && isOpen(slots, slot, now)),
  };
}

function measureLane(lane: SeriesLane, measure: SeriesMeasure): (number | null)[] {
  if (measure in gauges) return measureGauge(lane, gauges[measure as keyof typeof gauges]);
  const slots = Array.from({ length: lane.slots.count }, (_, slot) => slot);
  if (measure in percentiles) {
    const share = percentiles[measure as keyof typeof percentiles];
    return slots.map((slot) => {
      const took = lane.points.get(slot)?.took ?? [];
      return took.length === 0 ? null : percentileOf(addHistograms(took), share);
    });
  }
  const read = rates[measure as keyof typeof rates];
  return slots.map((slot) => {
    const point = lane.points.get(slot);
    if (point !== undefined) return read(point) / secondsOf(lane.slots, slot);
    return lane.isUnknown(slot) ? null : 0;
  });
}

/** The last slot may be shorter than the others. */
function secondsOf({ from, to, stepMs }: SeriesSlots, slot: number): number {
  const start = from + slot * stepMs;
  return Math.max(1, Math.min(to, start + stepMs) - start) / 1_000;
}

/** A leader may measure less often than once in a slot: its last value stands for a while. */
function measureGauge(
  { slots, points, isUnknown }: SeriesLane,
  read: (point: SeriesPoint) => number | null,
): (number | null)[] {
  let last: number | null = null;
  let lastSlot = 0;
  return Array.from({ length: slots.count }, (_, slot) => {
    const point = points.get(slot);
    const value = point === undefined ? null : read(point);
    if (value !== null) {
      last = value;
      lastSlot = slot;
      return value;
    }
    const isHeld = (slot - lastSlot) * slots.stepMs <= gaugeHoldMs && !isUnknown(slot);
    return isHeld ? last : null;
  });
}
