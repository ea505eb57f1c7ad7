/** Follows which part of a large graph is in view. */
import { type RefObject, useEffect, useState } from 'react';
import type { Box, GraphPicture } from '../../../lib/graph/layout.ts';
import { drawnWholeMax, firstPart, isSamePart, partAround } from './visible-part.ts';

/** Returns the part to draw; null for a graph that is drawn as a whole. */
export function useVisiblePart(
  scroller: RefObject<HTMLElement | null>,
  picture: GraphPicture,
  scale: number,
): Box | null {
  const isLarge = picture.states.length > drawnWholeMax;
  const [part, setPart] = useState<Box>(() => firstPart(picture));
  useEffect(() => {
    const element = scroller.current;
    if (element === null || !isLarge) return;
    const update = () => {
      const { scrollLeft, scrollTop, clientWidth, clientHeight } = element;
      const next = partAround({
        x: scrollLeft / scale,
        y: scrollTop / scale,
        width: clientWidth / scale,
        height: clientHeight / scale,
      });
      setPart((before) => (isSamePart(before, next) ? before : next));
    };
    update();
    const observer = new ResizeObserver(update);
    observer.observe(element);
    element.addEventListener('scroll', update, { passive: true });
    return () => {
      observer.disconnect();
      element.removeEventListener('scroll', update);
    };
  }, [scroller, scale, isLarge]);
  return isLarge ? part : null;
}
