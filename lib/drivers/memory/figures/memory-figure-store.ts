import type { FigureStore } from '../../../ports/store/figures/figure-store.ts';
import {
  type FigureScope,
  seriesKept,
  seriesSteps,
} from '../../../ports/store/figures/step-figures.ts';
import { type MemoryTables, sortedBy } from '../memory-tables.ts';
import { toSeriesKey } from './figure-tables.ts';

/** Gauges, and the folding of figures, in memory. */
export function createMemoryFigureStore(tables: MemoryTables): FigureStore {
  return {
    addSums: async (sums) => tables.figures.addSums(sums),
    recordGauges: async (gauges) => {
      tables.figures.addGauges(gauges, startOfSlot(tables.now(), seriesSteps.recent));
    },
    foldFigures: async (retentionMs, limit) => {
      const { recent, day, old } = seriesSteps;
      return Math.max(
        foldCounts(tables, limit),
        foldSeries(tables, { stepMs: recent, intoMs: day, keptMs: seriesKept.recent, limit }),
        foldSeries(tables, { stepMs: day, intoMs: old, keptMs: seriesKept.day, limit }),
        deleteOld(tables, tables.now() - retentionMs, limit),
      );
    },
  };
}

function startOfSlot(at: number, stepMs: number): number {
  return Math.floor(at / stepMs) * stepMs;
}

/** An ended batch without an open execution has none in any state. */
function foldCounts(tables: MemoryTables, limit: number): number {
  const { figures } = tables;
  const ended = [...figures.unfolded].filter((scope) => hasEnded(tables, scope)).slice(0, limit);
  for (const scope of ended) {
    for (const count of figures.counts.get(scope)?.values() ?? []) count.current = 0;
    figures.unfolded.delete(scope);
    figures.foldedAt.set(scope, tables.now());
  }
  return ended.length;
}

function hasEnded({ batches, counters }: MemoryTables, scope: FigureScope): boolean {
  if (!scope.startsWith('b:')) return false;
  const id = scope.slice(2);
  const batch = batches.get(id);
  if (batch === undefined || batch.endedAt === null) return false;
  const count = counters.get(id);
  if (count === undefined) return true;
  return count.created === count.succeeded + count.failed + count.timedOut + count.aborted;
}

interface SeriesFold {
  readonly stepMs: number;
  readonly intoMs: number;
  readonly keptMs: number;
  readonly limit: number;
}

function foldSeries(tables: MemoryTables, fold: SeriesFold): number {
  const { figures } = tables;
  const before = startOfSlot(tables.now() - fold.keptMs, fold.intoMs);
  const old = [...figures.series.values()].filter(
    ({ stepMs, at }) => stepMs === fold.stepMs && at < before,
  );
  const folded = sortedBy(old, ({ at }) => at).slice(0, fold.limit);
  for (const row of folded) {
    figures.series.delete(toSeriesKey(row));
    figures.addSeries({ ...row, at: startOfSlot(row.at, fold.intoMs), stepMs: fold.intoMs });
  }
  return folded.length;
}

function deleteOld({ figures }: MemoryTables, before: number, limit: number): number {
  const slots = [...figures.series.values()].filter(({ at }) => at < before).slice(0, limit);
  for (const row of slots) figures.series.delete(toSeriesKey(row));
  const scopes = [...figures.foldedAt].filter(([, at]) => at < before).slice(0, limit);
  for (const [scope] of scopes) {
    figures.counts.delete(scope);
    figures.times.delete(scope);
    figures.failures.delete(scope);
    figures.unfolded.delete(scope);
    figures.foldedAt.delete(scope);
  }
  return Math.max(slots.length, scopes.length);
}
