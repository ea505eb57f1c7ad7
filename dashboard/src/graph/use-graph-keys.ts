/** The keys of a canvas: arrows walk along edges, `+`, `-` and `0` zoom. */
import { type KeyboardEvent, useCallback } from 'react';
import type { GraphPicture } from '../../../lib/graph/layout.ts';
import type { MachineGraph } from '../../../lib/graph/machine-graph.ts';
import { walkGraph, walkStepOf } from './graph-walk.ts';

/** What the keys work on. */
export interface GraphKeysDeps {
  readonly graph: MachineGraph;
  readonly picture: GraphPicture;
  readonly zoomBy: (factor: number) => void;
  readonly fit: () => void;
  readonly onChoose: (name: string) => void;
}

/** The attribute by which a state's button is found. */
export const stateAttribute = 'data-state';

/** Returns the handler of keys that reach the canvas. */
export function useGraphKeys(deps: GraphKeysDeps): (event: KeyboardEvent<HTMLElement>) => void {
  const { graph, picture, zoomBy, fit, onChoose } = deps;
  return useCallback(
    (event) => {
      if (event.ctrlKey || event.metaKey || event.altKey) return;
      const zoom = { '+': () => zoomBy(1.25), '-': () => zoomBy(0.8), '0': fit }[event.key];
      if (zoom !== undefined) {
        event.preventDefault();
        zoom();
        return;
      }
      const { target, currentTarget } = event;
      const name = target instanceof HTMLElement ? target.getAttribute(stateAttribute) : null;
      const step = walkStepOf(event.key, event.shiftKey);
      if (name === null || step === undefined) return;
      event.preventDefault();
      const next = walkGraph(graph, picture, name, step);
      if (next === undefined) return;
      focusState(currentTarget, next);
      onChoose(next);
    },
    [graph, picture, zoomBy, fit, onChoose],
  );
}

/** Moves the focus to a state, and scrolls it into view. */
export function focusState(canvas: HTMLElement, name: string): void {
  const button = canvas.querySelector<HTMLElement>(`[${stateAttribute}="${CSS.escape(name)}"]`);
  button?.focus({ preventScroll: true });
  button?.scrollIntoView({ block: 'nearest', inline: 'nearest' });
}
