/** Draws the picture of a machine as an SVG document that stands alone, in light and dark. */

import { plainText, shortText } from '../asl/plain-text.ts';
import { arrowPath, edgePath } from './edge-path.ts';
import {
  type DrawnEdge,
  type GraphPicture,
  type PlacedMark,
  type PlacedScope,
  type PlacedState,
  stateHeights,
} from './layout.ts';
import type { GraphState, MachineGraph } from './machine-graph.ts';
import { stateCaption } from './state-caption.ts';
import { noMarks, type StateMark, type StateMarks, toneColours } from './state-mark.ts';

const style = `
svg { font: 13px system-ui, sans-serif; color-scheme: light dark; }
.paper { fill: #ffffff; } .state { fill: #ffffff; stroke: #8c959f; }
.scope { fill: #f6f8fa; stroke: #d0d7de; } text { fill: #1f2328; }
.dim { fill: #59636e; font-size: 11px; } .line { fill: none; stroke: #59636e; }
.arrow { fill: #59636e; } .catch { stroke: #9a6700; stroke-dasharray: 4 3; }
.catch-arrow, .stub { fill: #9a6700; } .mark { fill: #59636e; } .end { fill: none; stroke: #59636e; }
.halo { paint-order: stroke; stroke: #ffffff; stroke-width: 4px; }
@media (prefers-color-scheme: dark) {
.paper { fill: #0d1117; } .state { fill: #151b23; stroke: #656c76; }
.scope { fill: #0d1117; stroke: #3d444d; } text { fill: #f0f6fc; }
.dim { fill: #9198a1; } .line { stroke: #9198a1; } .arrow, .mark { fill: #9198a1; }
.catch { stroke: #d29922; } .catch-arrow, .stub { fill: #d29922; } .end { stroke: #9198a1; }
.halo { stroke: #0d1117; } }`;

/** The boxes of marked states; a colour between light and dark fits both. */
const toneStyle = Object.entries(toneColours)
  .map(([tone, { stroke }]) => `\n.${tone} { stroke: ${stroke}; stroke-width: 3px; }`)
  .join('');

/** Returns the document. Edges that are stubs stand as texts at their states. */
export function drawSvg(
  graph: MachineGraph,
  picture: GraphPicture,
  title: string,
  marks: StateMarks = noMarks,
): string {
  const { width, height } = picture;
  const states = new Map(graph.states.map((state) => [state.name, state]));
  const edges = picture.edges.filter(({ isStub }) => !isStub);
  // Outer states come before inner ones: they are behind them.
  const boxes = picture.states.toSorted((a, b) => b.width * b.height - a.width * a.height);
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" role="img">`,
    `<title>${escapeXml(title)}</title>`,
    `<style>${style}${marks.size === 0 ? '' : toneStyle}</style>`,
    `<rect class="paper" width="${width}" height="${height}"/>`,
    ...layered(boxes, picture.scopes, states, marks),
    ...edges.map(edgeElements),
    ...edges.map(labelElement),
    ...picture.marks.map(markElement),
    '</svg>',
    '',
  ]
    .filter((line, index, lines) => line !== '' || index === lines.length - 1)
    .join('\n');
}

function layered(
  boxes: readonly PlacedState[],
  scopes: readonly PlacedScope[],
  states: ReadonlyMap<string, GraphState>,
  marks: StateMarks,
): string[] {
  return boxes.flatMap((box) => [
    stateElements(box, states.get(box.name), marks.get(box.name)),
    ...scopes.filter(({ owner }) => owner === box.name).map(scopeElement),
  ]);
}

function stateElements(
  box: PlacedState,
  state: GraphState | undefined,
  mark: StateMark | undefined,
): string {
  const { x, y, width, height, isOpen, headerHeight, stubs } = box;
  const middle = x + width / 2;
  const characters = Math.floor(width / 8);
  const name = escapeXml(shortText(plainText(box.name), characters));
  const shown = mark === undefined ? captionOf(state) : mark.text;
  const caption = escapeXml(shortText(plainText(shown), characters));
  const stubText = escapeXml(shortText(`⚠ ${stubs.map(plainText).join(', ')}`, characters));
  const stubY = y + (isOpen ? headerHeight : stateHeights.closed) + 14;
  return [
    `<g><title>${escapeXml(plainText(box.name))}</title>`,
    `<rect class="state${mark === undefined ? '' : ` ${mark.tone}`}" x="${x}" y="${y}" width="${width}" height="${height}" rx="6"/>`,
    `<text x="${middle}" y="${y + 20}" text-anchor="middle">${name}</text>`,
    `<text class="dim" x="${middle}" y="${y + 36}" text-anchor="middle">${caption}</text>`,
    stubs.length === 0
      ? ''
      : `<text class="dim stub" x="${middle}" y="${stubY}" text-anchor="middle">${stubText}</text>`,
    '</g>',
  ].join('');
}

function captionOf(state: GraphState | undefined): string {
  if (state === undefined) return '';
  return [
    stateCaption(state),
    ...(state.retriers > 0 ? ['↻'] : []),
    ...(state.isEnd ? ['◎'] : []),
  ].join(' ');
}

function scopeElement({ x, y, width, height }: PlacedScope): string {
  return `<rect class="scope" x="${x}" y="${y}" width="${width}" height="${height}" rx="4"/>`;
}

function edgeElements({ points, kind }: DrawnEdge): string {
  const isCatch = kind === 'catch';
  const arrow = kind === 'mark' ? '' : arrowPath(points);
  return (
    `<path class="line${isCatch ? ' catch' : ''}" d="${edgePath(points)}"/>` +
    `<path class="${isCatch ? 'catch-arrow' : 'arrow'}" d="${arrow}"/>`
  );
}

function labelElement({ labelAt, label }: DrawnEdge): string {
  if (labelAt === null) return '';
  const { x, y, text } = labelAt;
  const full = `<title>${escapeXml(plainText(label))}</title>`;
  return `<text class="dim halo" x="${x}" y="${y + 4}" text-anchor="middle">${full}${escapeXml(plainText(text))}</text>`;
}

function markElement({ kind, x, y, width, height }: PlacedMark): string {
  const [cx, cy] = [x + width / 2, y + height / 2];
  const dot = `<circle class="mark" cx="${cx}" cy="${cy}" r="${kind === 'start' ? 9 : 6}"/>`;
  return kind === 'start' ? dot : `${dot}<circle class="end" cx="${cx}" cy="${cy}" r="10"/>`;
}

function escapeXml(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('"', '&quot;');
}
