import type { FigureQueries } from '../../../ports/store/figures/figure-queries.ts';
import type { FigureStore, Gauges } from '../../../ports/store/figures/figure-store.ts';
import { seriesKept, seriesSteps } from '../../../ports/store/figures/step-figures.ts';
import { toStorableText } from '../../shared/storable.ts';
import type { SqlSession } from '../sql-session.ts';
import { addFigures } from '../statements/figures/add-figures.ts';
import { foldCounts } from '../statements/figures/fold-counts.ts';
import { foldSeries } from '../statements/figures/fold-series.ts';
import { insertGauges } from '../statements/figures/insert-gauges.ts';
import { pruneFigures } from '../statements/figures/prune-figures.ts';
import { toFigureDocument } from './figure-documents.ts';
import { createSqlFigureQueries } from './sql-figure-queries.ts';

/** Figures in SQL. */
export function createSqlFigureStore(session: SqlSession): FigureStore & FigureQueries {
  return {
    ...createSqlFigureQueries(session),
    addSums: async (sums) => {
      const figures = toFigureDocument([], sums);
      if (figures !== null) await session.call(addFigures, figures);
    },
    recordGauges: async (gauges) => {
      await session.call(insertGauges, toGaugeDocument(gauges));
    },
    foldFigures: async (retentionMs, limit) => {
      const { recent, day, old } = seriesSteps;
      const counts = [
        await session.count(foldCounts, { limit }),
        await session.count(foldSeries, fold(recent, day, seriesKept.recent, limit)),
        await session.count(foldSeries, fold(day, old, seriesKept.day, limit)),
        await session.count(pruneFigures, { retentionMs, limit }),
      ];
      return Math.max(...counts);
    },
  };
}

function fold(stepMs: number, intoMs: number, keptMs: number, limit: number) {
  return { stepMs, intoMs, keptMs, limit };
}

function toGaugeDocument({ queues, workers, busy }: Gauges) {
  return {
    queues: queues.map(({ queue, depth, oldestMs }) => ({
      queue: toStorableText(queue),
      depth,
      oldestMs: Math.round(oldestMs),
    })),
    workers,
    busy,
  };
}
