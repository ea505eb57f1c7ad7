/** Figures of the last minutes or hours, which move on by whole steps. */
import { useMemo } from 'react';
import { useApp } from '../app/app-info.tsx';
import { useTickTime } from '../live/use-tick-time.ts';
import type { Measure, SeriesReply } from '../ui/chart/chart-data.ts';
import { useOperation } from './use-operation.ts';

/** What is measured, of what, and for how long. */
export interface RecentSeries {
  readonly of: readonly Measure[];
  readonly by?: 'total' | 'queue' | 'machine' | 'batch';
  readonly key?: string;
  readonly windowMs: number;
  readonly points: number;
}

/** Returns the figures up to now; undefined where none are kept. */
export function useRecentSeries({ of, by, key, windowMs, points }: RecentSeries): {
  readonly data: SeriesReply | undefined;
  readonly error: Error | null;
  readonly refetch: () => unknown;
} {
  const isMeasured = useApp().app?.can.measure ?? false;
  const stepMs = Math.max(windowMs / points, 10_000);
  const to = Math.ceil(useTickTime() / stepMs) * stepMs;
  const call = useMemo(
    () => ({
      query: {
        of,
        by,
        key,
        from: new Date(to - windowMs).toISOString(),
        to: new Date(to).toISOString(),
        points,
      },
    }),
    [of, by, key, to, windowMs, points],
  );
  return useOperation('getSeries', call, { topics: ['tick'], enabled: isMeasured, staleMs: 4_000 });
}
