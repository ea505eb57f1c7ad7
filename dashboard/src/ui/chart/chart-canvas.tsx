/** Draws a chart with uPlot, in the colours of the theme and the times of the chosen zone. */
import { useEffect, useMemo, useRef } from 'react';
import uPlot from 'uplot';
import 'uplot/dist/uPlot.min.css';
import { colourOf, useShownTheme } from '../../theme/theme.ts';
import { useZone } from '../../time/clock-store.ts';
import { formatTick } from '../../time/format-time.ts';
import type { ChartProps } from './chart.tsx';
import { lonePlaces, spanOf, timesOf } from './chart-data.ts';
import { drawGaps, drawMarks } from './chart-marks.ts';

/** The canvas of a chart; it is drawn anew when the lines, the theme or the zone change. */
export function ChartCanvas(props: ChartProps & { readonly height: number }) {
  const frame = useRef<HTMLDivElement>(null);
  const plot = useRef<uPlot | null>(null);
  const shown = useRef(props);
  shown.current = props;
  const zone = useZone();
  const theme = useShownTheme();
  const { reply, lines, height } = props;
  const data = useMemo(
    () => [timesOf(reply), ...lines.map(({ values }) => [...values])] as uPlot.AlignedData,
    [reply, lines],
  );
  const looks = lines.map(({ word, tone, isLimit }) => `${word} ${tone} ${isLimit}`).join();

  // biome-ignore lint/correctness/useExhaustiveDependencies: looks and theme are read by `optionsOf`
  useEffect(() => {
    const element = frame.current;
    if (element === null) return;
    const width = element.clientWidth;
    const current = new uPlot(optionsOf(shown, zone, width, height), data, element);
    plot.current = current;
    const observer = new ResizeObserver(([entry]) => {
      if (entry !== undefined) current.setSize({ width: entry.contentRect.width, height });
    });
    observer.observe(element);
    return () => {
      observer.disconnect();
      current.destroy();
      plot.current = null;
    };
  }, [looks, theme, zone, height]);

  useEffect(() => plot.current?.setData(data), [data]);

  return <div ref={frame} />;
}

/** Returns the width of an axis: that of its longest value. */
function widthOf(_: uPlot, values: readonly string[] | null): number {
  const longest = Math.max(0, ...(values ?? []).map(({ length }) => length));
  return Math.max(40, longest * 6.6 + 16);
}

/** The distances between the lines of an axis of counts. */
const wholeSteps = Array.from({ length: 10 }, (_, power) =>
  [1, 2, 5].map((step) => step * 10 ** power),
).flat();

function optionsOf(
  shown: { readonly current: ChartProps },
  zone: string,
  width: number,
  height: number,
): uPlot.Options {
  const grid = { stroke: colourOf('--line-soft'), width: 1 };
  const axis = {
    stroke: colourOf('--muted'),
    grid,
    ticks: { show: false },
    font: '11px system-ui',
  };
  return {
    width,
    height,
    legend: { show: false },
    cursor: { y: false, points: { size: 5 } },
    tzDate: (seconds) => uPlot.tzDate(new Date(seconds * 1_000), zone),
    scales: {
      x: { range: () => spanOf(shown.current.reply) },
      y: { range: (_, low, top) => [Math.min(0, low), top === low ? low + 1 : top * 1.08] },
    },
    axes: [
      {
        ...axis,
        size: 24,
        values: (_, splits) => {
          const stepMs = ((splits[1] ?? 60) - (splits[0] ?? 0)) * 1_000;
          return splits.map((seconds) => formatTick(seconds * 1_000, zone, stepMs));
        },
      },
      {
        ...axis,
        size: widthOf,
        ...(shown.current.isWhole && { incrs: wholeSteps }),
        values: (_, splits) => splits.map((value) => shown.current.format(value)),
      },
    ],
    series: [
      {},
      ...shown.current.lines.map(({ word, tone, isLimit = false }) => ({
        label: word,
        stroke: colourOf(`--${tone}`),
        width: isLimit ? 1 : 1.6,
        ...(isLimit && { dash: [5, 4] }),
        spanGaps: false,
        points: {
          show: true,
          size: 4,
          fill: colourOf(`--${tone}`),
          filter: (plot: uPlot, place: number) =>
            isLimit ? [] : lonePlaces(plot.data[place] ?? []),
        },
      })),
    ],
    hooks: {
      drawClear: [(plot) => drawGaps(plot, shown.current.reply.gaps)],
      draw: [(plot) => drawMarks(plot, shown.current.marks ?? [])],
    },
  };
}
