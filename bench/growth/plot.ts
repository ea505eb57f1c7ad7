/** Draws curves of growth as one SVG with a small plot for each, on logarithmic axes. */
import { median } from '../measurement.ts';
import type { GrowthCase } from './growth-case.ts';

/** The measured times of one case. */
export interface Curve {
  readonly case: GrowthCase;
  readonly points: readonly {
    readonly size: number;
    readonly executions: number;
    /** Seconds of each round. */
    readonly rounds: readonly number[];
  }[];
}

const plot = { width: 240, height: 150, gap: 24, columns: 4 } as const;
const inset = { left: 40, right: 10, top: 28, bottom: 34 } as const;

/** Draws the curves; the dashed line is what grows exactly with the size, or not at all. */
export function drawCurves(curves: readonly Curve[]): string {
  const rows = Math.ceil(curves.length / plot.columns);
  const width = plot.columns * (plot.width + plot.gap);
  const height = rows * (plot.height + plot.gap);
  const plots = curves.map((curve, index) => {
    const x = (index % plot.columns) * (plot.width + plot.gap) + plot.gap / 2;
    const y = Math.floor(index / plot.columns) * (plot.height + plot.gap) + plot.gap / 2;
    return `<g transform="translate(${x} ${y})">${drawCurve(curve)}</g>`;
  });
  const style =
    'text{font:11px sans-serif;fill:#1f2933}.title{font-weight:600}' +
    '.axis{stroke:#9aa5b1;fill:none}.ideal{stroke:#9aa5b1;stroke-dasharray:4 3;fill:none}' +
    '.curve{stroke:#0b69a3;stroke-width:2;fill:none}.point{fill:#0b69a3}';
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" role="img">`,
    `<title>Time of a batch over what grows</title><style>${style}</style>`,
    `<rect width="${width}" height="${height}" fill="#fff"/>`,
    ...plots,
    '</svg>\n',
  ].join('\n');
}

function drawCurve({ case: { name, of, work }, points }: Curve): string {
  const sizes = points.map(({ size }) => size);
  const seconds = points.map(({ rounds }) => median(rounds));
  const [firstSize = 1] = sizes;
  const [firstSeconds = 1] = seconds;
  const ideal = sizes.map((size) =>
    work === 'grows' ? (firstSeconds * size) / firstSize : firstSeconds,
  );
  const toX = logarithmicScale(sizes, inset.left, plot.width - inset.right);
  // At least a decade, so that a flat curve looks flat.
  const shown = [...seconds, ...ideal, firstSeconds / 3, firstSeconds * 3];
  const toY = logarithmicScale(shown, plot.height - inset.bottom, inset.top);
  const lineOf = (values: readonly number[]) =>
    values.map((value, index) => `${toX(sizes[index] ?? 1)},${toY(value)}`).join(' ');
  const bottom = plot.height - inset.bottom;
  const labels = points.map(({ size }, index) => {
    const x = toX(size);
    const value = seconds[index] ?? 0;
    const y = toY(value);
    return (
      `<circle class="point" cx="${x}" cy="${y}" r="3"/>` +
      `<text x="${x}" y="${y - 7}" text-anchor="${anchorOf(index, points.length)}">${format(value)} s</text>` +
      `<text x="${x}" y="${bottom + 13}" text-anchor="${anchorOf(index, points.length)}">${size.toLocaleString('en')}</text>`
    );
  });
  return [
    `<text class="title" x="${inset.left}" y="14">${name}</text>`,
    `<path class="axis" d="M${inset.left} ${inset.top}V${bottom}H${plot.width - inset.right}"/>`,
    `<polyline class="ideal" points="${lineOf(ideal)}"/>`,
    `<polyline class="curve" points="${lineOf(seconds)}"/>`,
    ...labels,
    `<text x="${plot.width / 2}" y="${plot.height - 6}" text-anchor="middle">${of}</text>`,
  ].join('');
}

function anchorOf(index: number, count: number): string {
  if (index === 0) return 'start';
  return index === count - 1 ? 'end' : 'middle';
}

function format(seconds: number): string {
  return seconds.toLocaleString('en', { maximumSignificantDigits: 3 });
}

/** Returns a function from values to whole coordinates between `from` and `to`. */
function logarithmicScale(values: readonly number[], from: number, to: number) {
  const lowest = Math.log(Math.min(...values));
  const range = Math.log(Math.max(...values)) - lowest || 1;
  return (value: number) => Math.round(from + ((Math.log(value) - lowest) / range) * (to - from));
}
