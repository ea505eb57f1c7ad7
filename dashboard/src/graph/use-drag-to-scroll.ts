/** Scrolls a canvas by dragging it with a mouse; touch scrolls by itself. */
import { type PointerEvent, type RefObject, useMemo, useRef } from 'react';

/** Handlers of the frame. */
export interface DragHandlers {
  readonly onPointerDown: (event: PointerEvent<HTMLElement>) => void;
  readonly onPointerMove: (event: PointerEvent<HTMLElement>) => void;
  readonly onPointerUp: (event: PointerEvent<HTMLElement>) => void;
  readonly onPointerCancel: (event: PointerEvent<HTMLElement>) => void;
}

/** Returns the handlers that let the background of `scroller` be dragged. */
export function useDragToScroll(scroller: RefObject<HTMLElement | null>): DragHandlers {
  const from = useRef<{ readonly x: number; readonly y: number } | null>(null);
  return useMemo(() => {
    const end = (event: PointerEvent<HTMLElement>) => {
      from.current = null;
      delete event.currentTarget.dataset.dragging;
    };
    return {
      onPointerDown(event) {
        const { target, button, pointerType, currentTarget } = event;
        if (pointerType !== 'mouse' || button !== 0) return;
        if (target instanceof Element && target.closest('button, a') !== null) return;
        // The scroll bars are part of the element, and its content is not.
        const { offsetX } = event.nativeEvent;
        if (target === currentTarget && offsetX > currentTarget.clientWidth) return;
        from.current = { x: event.clientX, y: event.clientY };
        currentTarget.setPointerCapture(event.pointerId);
        currentTarget.dataset.dragging = '';
      },
      onPointerMove({ clientX, clientY }) {
        const element = scroller.current;
        if (element === null || from.current === null) return;
        element.scrollLeft -= clientX - from.current.x;
        element.scrollTop -= clientY - from.current.y;
        from.current = { x: clientX, y: clientY };
      },
      onPointerUp: end,
      onPointerCancel: end,
    };
  }, [scroller]);
}
