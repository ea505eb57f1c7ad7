/** The states of a graph, outer ones first: inner ones are drawn over them. */
import { memo, useMemo } from 'react';
import type { Box, GraphPicture } from '../../../lib/graph/layout.ts';
import type { MachineGraph } from '../../../lib/graph/machine-graph.ts';
import styles from './graph-node.module.css';
import { GraphNode } from './graph-node.tsx';
import type { OverlayStore } from './overlay-store.ts';
import { touches } from './visible-part.ts';

/** Draws the states in a part of the graph, and the scopes inside of them. */
export const GraphNodes = memo(function GraphNodes({
  graph,
  picture,
  part,
  store,
  chosen,
  onChoose,
  onPoint,
  onToggle,
}: {
  readonly graph: MachineGraph;
  readonly picture: GraphPicture;
  readonly part: Box | null;
  readonly store: OverlayStore;
  readonly chosen: string;
  readonly onChoose: (name: string) => void;
  readonly onPoint: (name: string) => void;
  readonly onToggle: (name: string) => void;
}) {
  const states = useMemo(() => new Map(graph.states.map((state) => [state.name, state])), [graph]);
  const owners = useMemo(() => new Set(graph.scopes.map(({ owner }) => owner)), [graph]);
  const isDrawn = (box: Box) => part === null || touches(box, part);
  // One state is reached by Tab; the arrow keys go on from there.
  const tabStop = picture.states.some(({ name }) => name === chosen) ? chosen : graph.startAt;
  return (
    <>
      {picture.states.filter(isDrawn).map((box) => {
        const state = states.get(box.name);
        if (state === undefined) return null;
        return (
          <GraphNode
            key={box.name}
            box={box}
            state={state}
            store={store}
            isChosen={box.name === chosen}
            isTabStop={box.name === tabStop}
            hasScopes={owners.has(box.name)}
            onChoose={onChoose}
            onPoint={onPoint}
            onToggle={onToggle}
          />
        );
      })}
      {picture.scopes.filter(isDrawn).map(({ id, x, y, width, height }) => (
        <div key={id} className={styles.scope} style={{ left: x, top: y, width, height }} />
      ))}
    </>
  );
});
