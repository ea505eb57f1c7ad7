/** The edges of a graph, as one drawing that is made again only when the graph changes. */
import { memo, useMemo } from 'react';
import { arrowPath, edgePath } from '../../../lib/graph/edge-path.ts';
import type { Box, DrawnEdge, GraphPicture } from '../../../lib/graph/layout.ts';
import { visibleText } from '../text/visible-text.ts';
import styles from './graph-edges.module.css';
import { boxAround, touches } from './visible-part.ts';

/** Draws the edges in a part of the graph; stubs in full at the state that is pointed at. */
export function GraphEdges({
  picture,
  part,
  taken,
  pointed,
}: {
  readonly picture: GraphPicture;
  readonly part: Box | null;
  readonly taken: ReadonlySet<string> | undefined;
  readonly pointed: string;
}) {
  const { width, height, edges } = picture;
  const stubs = edges.filter(({ isStub, from }) => isStub && from === pointed);
  return (
    <svg className={styles.edges} width={width} height={height} aria-hidden="true">
      <FixedEdges picture={picture} part={part} taken={taken} />
      {stubs.map((edge) => (
        <Edge key={edge.id} edge={edge} isTaken={taken?.has(edge.id)} />
      ))}
    </svg>
  );
}

const FixedEdges = memo(function FixedEdges({
  picture: { edges },
  part,
  taken,
}: {
  readonly picture: GraphPicture;
  readonly part: Box | null;
  readonly taken: ReadonlySet<string> | undefined;
}) {
  const drawn = useMemo(
    () =>
      edges
        .filter(({ isStub, points }) => {
          return !isStub && (part === null || touches(boxAround(points), part));
        })
        // Where lines meet, those that were taken are seen.
        .sort((a, b) => Number(taken?.has(a.id)) - Number(taken?.has(b.id))),
    [edges, part, taken],
  );
  return (
    <>
      {drawn.map((edge) => (
        <Edge key={edge.id} edge={edge} isTaken={taken?.has(edge.id)} />
      ))}
      {drawn.map((edge) => (
        <EdgeLabel key={edge.id} edge={edge} />
      ))}
    </>
  );
});

function Edge({
  edge: { kind, points },
  isTaken,
}: {
  readonly edge: DrawnEdge;
  readonly isTaken: boolean | undefined;
}) {
  return (
    <g data-kind={kind} data-taken={isTaken}>
      <path className={styles.line} d={edgePath(points)} />
      {kind !== 'mark' && <path className={styles.arrow} d={arrowPath(points)} />}
    </g>
  );
}

function EdgeLabel({ edge: { label, labelAt } }: { readonly edge: DrawnEdge }) {
  if (labelAt === null) return null;
  return (
    <text className={styles.label} x={labelAt.x} y={labelAt.y + 4} textAnchor="middle">
      <title>{visibleText(label)}</title>
      {visibleText(labelAt.text)}
    </text>
  );
}
