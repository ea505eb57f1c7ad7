/**
 * The canvas of a graph. It scrolls as any part of a page does, so that touch, wheel and keyboard
 * work as people know them; zooming scales what is scrolled. Ctrl and the wheel zoom.
 */
import { useCallback, useMemo, useRef, useState } from 'react';
import { layoutGraph } from '../../../lib/graph/layout.ts';
import type { MachineGraph } from '../../../lib/graph/machine-graph.ts';
import styles from './graph-canvas.module.css';
import { GraphEdges } from './graph-edges.tsx';
import { GraphMap } from './graph-map.tsx';
import { GraphMarks } from './graph-marks.tsx';
import { GraphNodes } from './graph-nodes.tsx';
import { GraphToolbar } from './graph-toolbar.tsx';
import type { OverlayStore } from './overlay-store.ts';
import { useDragToScroll } from './use-drag-to-scroll.ts';
import { useGraphKeys } from './use-graph-keys.ts';
import { useShownState } from './use-shown-state.ts';
import { useVisiblePart } from './use-visible-part.ts';
import { useZoom } from './use-zoom.ts';
import { farZoom } from './zoom.ts';

/** What a canvas shows, and what it reports. */
export interface GraphCanvasProps {
  readonly graph: MachineGraph;
  readonly label: string;
  readonly store: OverlayStore;
  /** The chosen state; '' when none is. */
  readonly chosen: string;
  readonly onChoose: (name: string) => void;
  readonly folded: readonly string[];
  readonly onFold: (folded: readonly string[]) => void;
  /** Edges that were taken; the others are faint. @default all are drawn alike */
  readonly taken?: ReadonlySet<string>;
  /** What stands at the marks of the start and the end. */
  readonly marks?: { readonly start?: string; readonly end?: string };
  /** Height of the frame, as a CSS length. @default 60vh */
  readonly height?: string;
}

/** Draws a graph. */
export function GraphCanvas(props: GraphCanvasProps) {
  const { graph, label, store, chosen, onChoose, folded, onFold, taken, marks } = props;
  const picture = useMemo(() => layoutGraph(graph, { folded: new Set(folded) }), [graph, folded]);
  const scroller = useRef<HTMLElement>(null);
  const [pointed, setPointed] = useState('');
  const { scale, zoomBy, fit } = useZoom(scroller, picture, chosen);
  const part = useVisiblePart(scroller, picture, scale);
  const onDrag = useDragToScroll(scroller);
  const onKey = useGraphKeys({ graph, picture, zoomBy, fit, onChoose });
  useShownState(scroller, chosen, picture);
  const onToggle = useCallback(
    (name: string) =>
      onFold(folded.includes(name) ? folded.filter((each) => each !== name) : [...folded, name]),
    [folded, onFold],
  );
  const { width, height } = picture;
  return (
    <div className={styles.frame} style={{ height: props.height ?? '60vh' }}>
      <section
        ref={scroller}
        className={styles.scroll}
        aria-label={label}
        onKeyDown={onKey}
        {...onDrag}
      >
        <div className={styles.size} style={{ width: width * scale, height: height * scale }}>
          <div
            className={styles.layer}
            style={{ width, height, transform: `scale(${scale})` }}
            data-far={scale < farZoom || undefined}
          >
            <GraphEdges picture={picture} part={part} taken={taken} pointed={pointed || chosen} />
            <GraphMarks picture={picture} marks={marks} />
            <GraphNodes
              graph={graph}
              picture={picture}
              part={part}
              store={store}
              chosen={chosen}
              onChoose={onChoose}
              onPoint={setPointed}
              onToggle={onToggle}
            />
          </div>
        </div>
      </section>
      <GraphToolbar zoomBy={zoomBy} fit={fit} scale={scale} />
      <GraphMap picture={picture} scroller={scroller} scale={scale} store={store} />
    </div>
  );
}
