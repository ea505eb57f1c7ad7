/** Which rows of a table are in view of the screen's scroller. */
import { useVirtualizer } from '@tanstack/react-virtual';
import { type RefObject, useEffect, useLayoutEffect, useState } from 'react';
import { useNarrow } from '../use-narrow.ts';
import type { ListSource } from './use-list-pages.ts';

/** Heights of a row and of a card, as in the style sheet. */
const rowPx = 36;
const cardPx = 112;

/** Height of the table's head, which stays in view. */
const headPx = 34;

/** The id of the element that scrolls. */
export const scrollerId = 'main';

/** Returns the rows to draw, and the space before and after them. */
export function useVirtualRows<Row>(
  table: RefObject<HTMLTableElement | null>,
  count: number,
  { onSeen }: ListSource<Row>,
) {
  const isNarrow = useNarrow();
  const scrollMargin = useOffsetInScroller(table);
  const virtualizer = useVirtualizer({
    count,
    getScrollElement: () => document.getElementById(scrollerId),
    estimateSize: () => (isNarrow ? cardPx : rowPx),
    overscan: 12,
    // A table that appears below the fold leaves the screen where it is.
    initialOffset: () => document.getElementById(scrollerId)?.scrollTop ?? 0,
    scrollMargin,
    scrollPaddingStart: headPx + 4,
    scrollPaddingEnd: 8,
  });
  // biome-ignore lint/correctness/useExhaustiveDependencies: rows have another height then
  useEffect(() => virtualizer.measure(), [isNarrow]);
  const items = virtualizer.getVirtualItems();
  const first = items[0]?.index ?? 0;
  const last = items.at(-1)?.index ?? 0;
  useEffect(() => onSeen(first, last), [onSeen, first, last]);
  const before = (items[0]?.start ?? scrollMargin) - scrollMargin;
  const end = items.at(-1)?.end ?? scrollMargin;
  return {
    items,
    before,
    after: Math.max(0, virtualizer.getTotalSize() - (end - scrollMargin)),
    scrollTo: (index: number) => virtualizer.scrollToIndex(index, { align: 'auto' }),
  };
}

/** Returns how far the table stands below the beginning of what scrolls. */
function useOffsetInScroller(table: RefObject<HTMLElement | null>): number {
  const [offset, setOffset] = useState(0);
  useLayoutEffect(() => {
    const scroller = document.getElementById(scrollerId);
    if (scroller === null) return;
    const measure = () => {
      const element = table.current;
      if (element === null) return;
      const top = element.getBoundingClientRect().top - scroller.getBoundingClientRect().top;
      setOffset(Math.round(top + scroller.scrollTop + headPx));
    };
    measure();
    // What stands above the table grows and shrinks.
    const observer = new ResizeObserver(measure);
    for (const child of scroller.firstElementChild?.children ?? []) observer.observe(child);
    return () => observer.disconnect();
  }, [table]);
  return offset;
}
