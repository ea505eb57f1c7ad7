/** A small line beside a number; the number is what a screen reader reads. */
import { memo } from 'react';
import type { Tone } from '../status-look.ts';
import styles from './sparkline.module.css';
import { sparklinePath } from './sparkline-path.ts';

/** Draws `values`, the newest at the right. */
export const Sparkline = memo(function Sparkline({
  values,
  tone = 'running',
  width = 96,
  height = 22,
}: {
  readonly values: readonly (number | null)[];
  readonly tone?: Tone;
  readonly width?: number;
  readonly height?: number;
}) {
  const line = sparklinePath(values, width - 4, height - 4);
  return (
    <svg
      className={styles.line}
      data-tone={tone}
      width={width}
      height={height}
      viewBox={`-2 -2 ${width} ${height}`}
      aria-hidden="true"
    >
      <path d={line} />
    </svg>
  );
});
