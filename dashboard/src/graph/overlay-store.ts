/**
 * The overlays of a graph's states. Each state follows its own, so that a tick draws only the
 * states that have changed, and never the graph.
 */
import { useCallback, useLayoutEffect, useState, useSyncExternalStore } from 'react';
import { type NodeOverlay, noOverlay } from './node-overlay.ts';

/** Overlays by the name of their state. */
export type Overlays = ReadonlyMap<string, NodeOverlay>;

/** Keeps overlays, and calls the listeners of those that change. */
export class OverlayStore {
  #overlays: Overlays = new Map();
  readonly #listeners = new Map<string, Set<() => void>>();

  /** Returns the overlay of a state: the same object until it changes. */
  get(name: string): NodeOverlay {
    return this.#overlays.get(name) ?? noOverlay;
  }

  /** Takes over new overlays. Those that say the same as before stay the same objects. */
  set(next: Overlays): void {
    const before = this.#overlays;
    const kept = new Map<string, NodeOverlay>();
    for (const [name, overlay] of next) {
      const known = before.get(name);
      kept.set(name, known !== undefined && isSame(known, overlay) ? known : overlay);
    }
    this.#overlays = kept;
    for (const [name, listeners] of this.#listeners) {
      if (before.get(name) === kept.get(name)) continue;
      for (const listener of listeners) listener();
    }
  }

  /** Calls `listener` whenever the overlay of a state changes. */
  subscribe(name: string, listener: () => void): () => void {
    const listeners = this.#listeners.get(name) ?? new Set();
    this.#listeners.set(name, listeners);
    listeners.add(listener);
    return () => {
      listeners.delete(listener);
      if (listeners.size === 0) this.#listeners.delete(name);
    };
  }
}

/** Returns a store that holds `overlays`. */
export function useOverlayStore(overlays: Overlays): OverlayStore {
  const [store] = useState(() => new OverlayStore());
  useLayoutEffect(() => store.set(overlays), [store, overlays]);
  return store;
}

/** Returns the overlay of a state, and follows it. */
export function useOverlay(store: OverlayStore, name: string): NodeOverlay {
  const subscribe = useCallback(
    (listener: () => void) => store.subscribe(name, listener),
    [store, name],
  );
  return useSyncExternalStore(subscribe, () => store.get(name));
}

function isSame(a: NodeOverlay, b: NodeOverlay): boolean {
  return (
    a.status === b.status &&
    a.tone === b.tone &&
    a.heat === b.heat &&
    a.isFaint === b.isFaint &&
    a.isLive === b.isLive &&
    a.sentence === b.sentence &&
    a.strip === b.strip &&
    a.notes.length === b.notes.length &&
    a.notes.every((note, index) => note === b.notes[index])
  );
}
