/** Scrolls a new screen to its top, and one that "back" leads to where it was. */
import { type RefObject, useLayoutEffect } from 'react';
import { useLocation } from 'wouter';

const positions = new Map<string, number>();
let isBack = false;

// Registered before the router's own listener, which shows the other screen at once.
window.addEventListener('popstate', () => {
  isBack = true;
});

/** Remembers how far `scroller` is scrolled at each entry of the history. */
export function useScrollMemory(scroller: RefObject<HTMLElement | null>): void {
  const [path] = useLocation();
  useLayoutEffect(() => {
    const element = scroller.current;
    if (element === null) return;
    const stop = isBack ? restore(element, positions.get(path) ?? 0) : undefined;
    if (!isBack) element.scrollTop = 0;
    isBack = false;
    const remember = () => positions.set(path, element.scrollTop);
    element.addEventListener('scroll', remember, { passive: true });
    return () => {
      stop?.();
      element.removeEventListener('scroll', remember);
    };
  }, [scroller, path]);
}

/** The content arrives after the screen: the position is tried until it holds, a second at most. */
function restore(element: HTMLElement, top: number): () => void {
  const until = performance.now() + 1_000;
  let frame = 0;
  const attempt = () => {
    element.scrollTop = top;
    if (Math.abs(element.scrollTop - top) > 1 && performance.now() < until) {
      frame = requestAnimationFrame(attempt);
    }
  };
  attempt();
  return () => cancelAnimationFrame(frame);
}
