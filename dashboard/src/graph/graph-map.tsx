/** A small map of a graph that is larger than its frame; a click on it scrolls there. */
import { type MouseEvent, memo, type RefObject, useEffect, useState } from 'react';
import type { Box, GraphPicture, PlacedState } from '../../../lib/graph/layout.ts';
import styles from './graph-map.module.css';
import { type OverlayStore, useOverlay } from './overlay-store.ts';

const mapSize = { width: 150, height: 130 };

/** Shows where the frame is in the graph. */
export function GraphMap({
  picture,
  scroller,
  scale,
  store,
}: {
  readonly picture: GraphPicture;
  readonly scroller: RefObject<HTMLElement | null>;
  readonly scale: number;
  readonly store: OverlayStore;
}) {
  const view = useView(scroller, scale);
  const { width, height } = picture;
  if (view === null || (view.width >= width && view.height >= height)) return null;
  const scrollTo = ({ clientX, clientY, currentTarget }: MouseEvent<SVGSVGElement>) => {
    const frame = currentTarget.getBoundingClientRect();
    const factor = (width * scale) / frame.width;
    scroller.current?.scrollTo(
      (clientX - frame.left) * factor - (view.width * scale) / 2,
      (clientY - frame.top) * factor - (view.height * scale) / 2,
    );
  };
  const factor = Math.min(mapSize.width / width, mapSize.height / height);
  return (
    // The canvas itself is reached by keyboard, and the map says nothing more.
    <svg
      className={styles.map}
      viewBox={`0 0 ${width} ${height}`}
      width={Math.max(24, width * factor)}
      height={Math.max(24, height * factor)}
      preserveAspectRatio="none"
      aria-hidden="true"
      onClick={scrollTo}
    >
      <MapStates states={picture.states} store={store} />
      <rect className={styles.view} {...clip(view, width, height)} />
    </svg>
  );
}

const MapStates = memo(function MapStates({
  states,
  store,
}: {
  readonly states: readonly PlacedState[];
  readonly store: OverlayStore;
}) {
  return states.map((box) => <MapState key={box.name} box={box} store={store} />);
});

const MapState = memo(function MapState({
  box: { name, x, y, width, height, isOpen },
  store,
}: {
  readonly box: PlacedState;
  readonly store: OverlayStore;
}) {
  const { tone } = useOverlay(store, name);
  return (
    <rect
      className={isOpen ? styles.open : styles.state}
      data-tone={tone ?? undefined}
      x={x}
      y={y}
      width={width}
      height={height}
    />
  );
});

function useView(scroller: RefObject<HTMLElement | null>, scale: number): Box | null {
  const [view, setView] = useState<Box | null>(null);
  useEffect(() => {
    const element = scroller.current;
    if (element === null) return;
    const update = () => {
      const { scrollLeft, scrollTop, clientWidth, clientHeight } = element;
      setView({
        x: scrollLeft / scale,
        y: scrollTop / scale,
        width: clientWidth / scale,
        height: clientHeight / scale,
      });
    };
    update();
    const observer = new ResizeObserver(update);
    observer.observe(element);
    element.addEventListener('scroll', update, { passive: true });
    return () => {
      observer.disconnect();
      element.removeEventListener('scroll', update);
    };
  }, [scroller, scale]);
  return view;
}

function clip({ x, y, ...size }: Box, width: number, height: number): Box {
  return {
    x,
    y,
    width: Math.min(size.width, width - x),
    height: Math.min(size.height, height - y),
  };
}
