/** A chart over time. The drawing is loaded when the first chart is shown. */
import { lazy, Suspense } from 'react';
import { useNow, useZone } from '../../time/clock-store.ts';
import { formatClock } from '../../time/format-time.ts';
import styles from './chart.module.css';
import type { SeriesReply } from './chart-data.ts';
import { newestOf } from './chart-data.ts';
import type { ChartLine, ChartMark } from './chart-lines.ts';

const ChartCanvas = lazy(async () => ({
  default: (await import('./chart-canvas.tsx')).ChartCanvas,
}));

/** What a chart shows. */
export interface ChartProps {
  /** Says what the chart is about. */
  readonly label: string;
  readonly reply: SeriesReply;
  readonly lines: readonly ChartLine[];
  /** Writes a value of the axis and the legend. */
  readonly format: (value: number) => string;
  /** Whether the axis has whole numbers only, as counts do. @default false */
  readonly isWhole?: boolean;
  /** Events that explain the lines: a pause, an order. */
  readonly marks?: readonly ChartMark[];
  readonly height?: number;
}

/** Draws lines over time; times in which nothing was measured are hatched. */
export function Chart({ height = 160, ...props }: ChartProps) {
  const { lines, format, reply } = props;
  const sentence = useSentence(props);
  return (
    <figure className={styles.chart} aria-label={sentence}>
      <figcaption className={styles.legend}>
        {lines.map(({ word, tone, values, isLimit }) => {
          const newest = newestOf(values);
          return (
            <span key={word} className={styles.key} data-tone={tone} data-limit={isLimit}>
              {word} <b>{newest === null ? '–' : format(newest)}</b>
            </span>
          );
        })}
        {reply.gaps.length > 0 && <span className={styles.gap}>not measured</span>}
      </figcaption>
      <div className={styles.frame} style={{ height }}>
        <Suspense fallback={null}>
          <ChartCanvas height={height} {...props} />
        </Suspense>
      </div>
    </figure>
  );
}

/** Says what is drawn: the newest value of each line, and every mark with its time. */
function useSentence({ label, lines, format, marks = [] }: ChartProps): string {
  const zone = useZone();
  const now = useNow();
  const values = lines.map(({ word, values: own }) => {
    const newest = newestOf(own);
    return `${word} ${newest === null ? 'not known' : format(newest)}`;
  });
  const times = marks.map(({ at, word }) => `${word} at ${formatClock(at, zone, now)}`);
  return `${label}: ${[...values, ...times].join(', ')}`;
}
