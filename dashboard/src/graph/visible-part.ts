/** Which part of a large graph is drawn. Pure. */
import type { Box, GraphPicture } from '../../../lib/graph/layout.ts';

/** Graphs with more states than this draw what is near the window only. */
export const drawnWholeMax = 150;

const cell = 512;

/** Returns the cells of a grid that the window touches, and one more on each side. */
export function partAround(window: Box): Box {
  const x = (Math.floor(window.x / cell) - 1) * cell;
  const y = (Math.floor(window.y / cell) - 1) * cell;
  return {
    x,
    y,
    width: (Math.ceil((window.x + window.width) / cell) + 1) * cell - x,
    height: (Math.ceil((window.y + window.height) / cell) + 1) * cell - y,
  };
}

/** Returns the part around the start, which is drawn before the window is known. */
export function firstPart({ marks: [start] }: Pick<GraphPicture, 'marks'>): Box {
  const { x = 0, y = 0 } = start ?? {};
  return partAround({ x: x - 400, y, width: 800, height: 800 });
}

/** Whether two boxes touch. */
export function touches(a: Box, b: Box): boolean {
  return (
    a.x <= b.x + b.width && b.x <= a.x + a.width && a.y <= b.y + b.height && b.y <= a.y + a.height
  );
}

/** Returns the box around a line. */
export function boxAround(points: readonly { readonly x: number; readonly y: number }[]): Box {
  const xs = points.map(({ x }) => x);
  const ys = points.map(({ y }) => y);
  const [x, y] = [Math.min(...xs), Math.min(...ys)];
  return { x, y, width: Math.max(...xs) - x, height: Math.max(...ys) - y };
}

/** Whether two parts are the same. */
export function isSamePart(a: Box, b: Box): boolean {
  return a.x === b.x && a.y === b.y && a.width === b.width && a.height === b.height;
}
