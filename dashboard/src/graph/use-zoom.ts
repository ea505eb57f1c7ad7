/** The scale of a canvas: it fits at first, and zooms around the middle or the pointer. */
import { type RefObject, useCallback, useEffect, useLayoutEffect, useRef, useState } from 'react';
import type { GraphPicture } from '../../../lib/graph/layout.ts';
import { fittingScale, type ZoomView, zoomAt } from './zoom.ts';

/** How a canvas is zoomed. */
export interface Zoom {
  readonly scale: number;
  /** Multiplies the scale; the middle of the frame stays in place. */
  readonly zoomBy: (factor: number) => void;
  readonly fit: () => void;
}

/**
 * Keeps the scale of the picture in a scrolling frame.
 * @param chosen the state that is in view at first; '' for the start
 */
export function useZoom(
  scroller: RefObject<HTMLElement | null>,
  picture: GraphPicture,
  chosen: string,
): Zoom {
  const [scale, setScale] = useState(1);
  const wanted = useRef<ZoomView | null>(null);
  const scaleNow = useRef(1);
  scaleNow.current = scale;

  const zoomTo = useCallback(
    (next: number, x?: number, y?: number) => {
      const element = scroller.current;
      if (element === null) return;
      const { scrollLeft: left, scrollTop: top, clientWidth, clientHeight } = element;
      const view = { scale: scaleNow.current, left, top };
      wanted.current = zoomAt(view, next, x ?? clientWidth / 2, y ?? clientHeight / 2);
      setScale(wanted.current.scale);
    },
    [scroller],
  );

  // The new place is known before the browser paints, so that nothing jumps.
  useLayoutEffect(() => {
    const element = scroller.current;
    if (element === null || wanted.current === null) return;
    element.scrollLeft = wanted.current.left;
    element.scrollTop = wanted.current.top;
    wanted.current = null;
  });

  const fitAround = useCallback(
    (name: string) => {
      const element = scroller.current;
      if (element === null) return;
      const { clientWidth, clientHeight } = element;
      const scale = fittingScale(picture, { width: clientWidth - 8, height: clientHeight - 8 });
      const box = picture.states.find((state) => state.name === name) ?? picture.marks[0];
      const [x, y] = box === undefined ? [0, 0] : [box.x + box.width / 2, box.y];
      wanted.current = {
        scale,
        left: x * scale - clientWidth / 2,
        top: y * scale - clientHeight / 3,
      };
      setScale(scale);
      // Without another scale nothing is drawn again.
      element.scrollTo(wanted.current.left, wanted.current.top);
    },
    [scroller, picture],
  );
  const fit = useCallback(() => fitAround(''), [fitAround]);

  const isFirst = useRef(true);
  useLayoutEffect(() => {
    if (!isFirst.current) return;
    isFirst.current = false;
    fitAround(chosen);
  }, [fitAround, chosen]);

  useWheel(scroller, scaleNow, zoomTo);
  const zoomBy = useCallback((factor: number) => zoomTo(scaleNow.current * factor), [zoomTo]);
  return { scale, zoomBy, fit };
}

/** Zooms with Ctrl and the wheel, which is also what two fingers on a trackpad send. */
function useWheel(
  scroller: RefObject<HTMLElement | null>,
  scale: RefObject<number>,
  zoomTo: (next: number, x: number, y: number) => void,
): void {
  useEffect(() => {
    const element = scroller.current;
    if (element === null) return;
    const onWheel = (event: WheelEvent) => {
      if (!event.ctrlKey && !event.metaKey) return;
      event.preventDefault();
      const { left, top } = element.getBoundingClientRect();
      const factor = Math.exp(-Math.max(-80, Math.min(80, event.deltaY)) / 200);
      zoomTo(scale.current * factor, event.clientX - left, event.clientY - top);
    };
    element.addEventListener('wheel', onWheel, { passive: false });
    return () => element.removeEventListener('wheel', onWheel);
  }, [scroller, scale, zoomTo]);
}
