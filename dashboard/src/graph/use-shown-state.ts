/** Brings a state into view when it is chosen elsewhere: in a list, or by a link. */
import { type RefObject, useEffect, useRef } from 'react';
import type { GraphPicture } from '../../../lib/graph/layout.ts';
import { stateAttribute } from './use-graph-keys.ts';

/** Scrolls the chosen state into view whenever another is chosen. */
export function useShownState(
  scroller: RefObject<HTMLElement | null>,
  chosen: string,
  picture: GraphPicture,
): void {
  const before = useRef(chosen);
  useEffect(() => {
    const element = scroller.current;
    // At first, the zoom has brought it into view.
    if (element === null || chosen === '' || chosen === before.current) return;
    before.current = chosen;
    const found = element.querySelector(`[${stateAttribute}="${CSS.escape(chosen)}"]`);
    if (found !== null) {
      scrollWithin(element, found.getBoundingClientRect());
      return;
    }
    // It is not drawn, because it is far away.
    const box = picture.states.find(({ name }) => name === chosen);
    const layer = element.firstElementChild?.firstElementChild;
    if (box === undefined || !(layer instanceof HTMLElement)) return;
    const scale = layer.getBoundingClientRect().width / Math.max(1, picture.width);
    element.scrollTo(box.x * scale - element.clientWidth / 2, box.y * scale - 80);
  }, [scroller, chosen, picture]);
}

/** Scrolls the canvas alone: `scrollIntoView` would move the page, too. */
function scrollWithin(element: HTMLElement, target: DOMRect): void {
  const frame = element.getBoundingClientRect();
  const margin = 24;
  if (target.left < frame.left) element.scrollLeft -= frame.left - target.left + margin;
  else if (target.right > frame.right) element.scrollLeft += target.right - frame.right + margin;
  if (target.top < frame.top) element.scrollTop -= frame.top - target.top + margin;
  else if (target.bottom > frame.bottom) element.scrollTop += target.bottom - frame.bottom + margin;
}
