/** The iterations of a Map in a row: a cell for each, or a bucket for several. */
import { memo, useMemo } from 'react';
import styles from './iteration-strip.module.css';
import type { IterationRuns } from './node-overlay.ts';
import { cellsMax, stripParts } from './strip-parts.ts';

/** Draws a strip. Neighbours that look the same are one shape, however many they are. */
export const IterationStrip = memo(function IterationStrip({
  runs,
  width,
  height,
  chosen,
}: {
  readonly runs: IterationRuns;
  readonly width: number;
  readonly height: number;
  /** An iteration to mark. */
  readonly chosen?: number | undefined;
}) {
  const length = runs.reduce((sum, [, count]) => sum + count, 0);
  // Less than a third of a pixel cannot be seen.
  const buckets = Math.min(cellsMax, Math.max(1, Math.floor(width * 3)));
  const parts = useMemo(() => stripParts(runs, buckets), [runs, buckets]);
  if (length === 0) return null;
  const scale = width / length;
  return (
    <svg className={styles.strip} width={width} height={height} aria-hidden="true">
      {parts.map(({ kind, from, count }) => (
        <rect
          key={from}
          data-kind={kind}
          x={from * scale}
          y={0}
          width={Math.max(0.5, count * scale - (scale > 4 ? 1 : 0))}
          height={height}
        />
      ))}
      {chosen !== undefined && (
        <rect
          className={styles.chosen}
          x={Math.min(width - 3, chosen * scale)}
          y={0}
          width={Math.max(3, scale)}
          height={height}
        />
      )}
    </svg>
  );
});
