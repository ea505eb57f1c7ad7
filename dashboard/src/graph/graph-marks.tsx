/** The marks of a machine's start and end, with what stands there. */
import { memo } from 'react';
import type { GraphPicture } from '../../../lib/graph/layout.ts';
import styles from './graph-marks.module.css';

/** Draws the marks. */
export const GraphMarks = memo(function GraphMarks({
  picture,
  marks = {},
}: {
  readonly picture: GraphPicture;
  readonly marks?: { readonly start?: string; readonly end?: string } | undefined;
}) {
  return picture.marks.map(({ kind, x, y, width, height }) => (
    <div key={kind} className={styles.mark} style={{ left: x, top: y, height }}>
      <span className={styles.dot} data-kind={kind} style={{ width, height }} />
      <span className={styles.text}>{marks[kind] ?? (kind === 'start' ? 'Start' : 'End')}</span>
    </div>
  ));
});
