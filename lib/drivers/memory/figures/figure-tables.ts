import { type HistogramText, joinHistograms } from '../../../engine/figures/duration-histogram.ts';
import { addSeriesCounts, noSeriesCounts } from '../../../engine/figures/series-counts.ts';
import { addCount, newStateCount, type StateCount } from '../../../engine/figures/state-counts.ts';
import type { Gauges } from '../../../ports/store/figures/figure-store.ts';
import {
  type FigureScope,
  type ProcessSums,
  type SeriesKind,
  type SeriesSum,
  type StepFigures,
  seriesSteps,
} from '../../../ports/store/figures/step-figures.ts';
import { toStorableText } from '../../shared/storable.ts';

/** The failures of a scope with one error in one state. */
export interface FailureRow {
  readonly error: string;
  readonly state: string;
  count: number;
  readonly firstAt: number;
  lastAt: number;
  sampleId: string;
}

/** The values that a leader measures; null when none has. */
interface GaugeValues {
  readonly depth: number | null;
  readonly oldestMs: number | null;
  readonly workers: number | null;
  readonly busy: number | null;
}

/** One time slot of a series. */
export interface SeriesRow extends SeriesSum, GaugeValues {
  readonly stepMs: number;
}

const noGauges: GaugeValues = Object.freeze({
  depth: null,
  oldestMs: null,
  workers: null,
  busy: null,
});

/** The figures of a memory store. */
export class FigureTables {
  readonly counts = new Map<FigureScope, Map<string, StateCount>>();
  readonly times = new Map<FigureScope, Map<string, HistogramText>>();
  readonly failures = new Map<FigureScope, Map<string, FailureRow>>();
  readonly series = new Map<string, SeriesRow>();
  /** Scopes whose counts have changed since they were folded, or never were. */
  readonly unfolded = new Set<FigureScope>();
  readonly foldedAt = new Map<FigureScope, number>();

  /** Adds the figures of a checkpoint that was written at `at`. */
  addStep({ scope, states, failure }: StepFigures, executionId: string, at: number): void {
    const key = toStorableText(scope);
    const counts = entryOf(this.counts, key, () => new Map());
    for (const more of states) {
      const state = toStorableText(more.state);
      addCount(
        entryOf(counts, state, () => newStateCount(state)),
        more,
      );
    }
    this.unfolded.add(key);
    if (failure === null) return;
    const error = toStorableText(failure.error);
    const state = toStorableText(failure.state);
    const failures = entryOf(this.failures, key, () => new Map());
    const row = entryOf(failures, JSON.stringify([error, state]), () => {
      return { error, state, count: 0, firstAt: at, lastAt: at, sampleId: executionId };
    });
    row.count += 1;
    row.lastAt = at;
    row.sampleId = executionId;
  }

  /** Deletes all figures of a scope. */
  deleteScope(scope: FigureScope): void {
    const key = toStorableText(scope);
    for (const map of [this.counts, this.times, this.failures, this.foldedAt]) map.delete(key);
    this.unfolded.delete(key);
  }

  /** Adds what a process has summed. */
  addSums({ series, times }: ProcessSums): void {
    for (const sum of series) {
      const { recent } = seriesSteps;
      this.addSeries({ ...noGauges, ...sum, key: toStorableText(sum.key), stepMs: recent });
    }
    for (const { scope, state, took } of times) {
      const byState = entryOf(this.times, toStorableText(scope), () => new Map());
      const name = toStorableText(state);
      byState.set(name, joinHistograms(byState.get(name) ?? null, took) ?? took);
    }
  }

  /** Records gauges in the slot that begins at `at`. */
  addGauges({ queues, workers, busy }: Gauges, at: number): void {
    const slot = { ...noSeriesCounts, ...noGauges, took: null, at, stepMs: seriesSteps.recent };
    for (const { queue, depth, oldestMs: waitMs } of queues) {
      const oldestMs = Math.round(waitMs);
      this.addSeries({ ...slot, kind: 'queue', key: toStorableText(queue), depth, oldestMs });
    }
    const depth = queues.reduce((sum, queue) => sum + queue.depth, 0);
    const oldestMs = Math.round(Math.max(0, ...queues.map((queue) => queue.oldestMs)));
    this.addSeries({ ...slot, kind: 'total', key: '', depth, oldestMs, workers, busy });
  }

  /** Adds a row to the one of the same series, slot and step, if there is one. */
  addSeries(row: SeriesRow): void {
    const key = toSeriesKey(row);
    const before = this.series.get(key);
    this.series.set(key, before === undefined ? row : joinSeries(before, row));
  }
}

/** Returns the key of a row in `FigureTables.series`. */
export function toSeriesKey({ stepMs, kind, at, key }: SeriesRow): string {
  const parts: [number, SeriesKind, number, string] = [stepMs, kind, at, key];
  return JSON.stringify(parts);
}

/** Returns the row with the sums of two; of gauges the highest value counts. */
export function joinSeries(row: SeriesRow, more: SeriesRow): SeriesRow {
  return {
    ...row,
    ...addSeriesCounts(row, more),
    depth: highest(row.depth, more.depth),
    oldestMs: highest(row.oldestMs, more.oldestMs),
    workers: highest(row.workers, more.workers),
    busy: highest(row.busy, more.busy),
    took: joinHistograms(row.took, more.took),
  };
}

function highest(one: number | null, other: number | null): number | null {
  if (one === null || other === null) return one ?? other;
  return Math.max(one, other);
}

function entryOf<Key, Value>(map: Map<Key, Value>, key: Key, create: () => Value): Value {
  const value = map.get(key) ?? create();
  map.set(key, value);
  return value;
}
