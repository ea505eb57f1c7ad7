/** Shows a text of any size letter for letter, as text and as nothing else. */
import { useVirtualizer } from '@tanstack/react-virtual';
import { useLayoutEffect, useMemo, useRef, useState } from 'react';
import { Visible } from '../../text/visible.tsx';
import { type DocumentLine, layOutLines } from './document-lines.ts';
import styles from './text-view.module.css';

const linePx = 19;
const characterPx = 7.25;
const gutterPx = 64;

/** The lines in view of a text; `marks` colours lines by number. */
export function TextView({
  text,
  label,
  maxHeight = 420,
  marks,
}: {
  readonly text: string;
  readonly label: string;
  readonly maxHeight?: number;
  readonly marks?: ReadonlyMap<number, 'error' | 'warning'>;
}) {
  const scroller = useRef<HTMLElement>(null);
  const columns = useColumns(scroller);
  const lines = useMemo(() => layOutLines(text, columns), [text, columns]);
  const virtualizer = useVirtualizer({
    count: lines.count,
    getScrollElement: () => scroller.current,
    estimateSize: () => linePx,
    overscan: 20,
  });
  const height = Math.min(maxHeight, lines.count * linePx + 18);
  return (
    <section
      ref={scroller}
      className={styles.text}
      style={{ height }}
      aria-label={label}
      // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard
      tabIndex={0}
    >
      <div className={styles.lines} style={{ height: virtualizer.getTotalSize() }}>
        {virtualizer.getVirtualItems().map(({ index, start }) => {
          const line = lines.line(index);
          return <Line key={index} line={line} top={start} mark={marks?.get(line.number ?? -1)} />;
        })}
      </div>
    </section>
  );
}

function Line({
  line: { text, number },
  top,
  mark,
}: {
  readonly line: DocumentLine;
  readonly top: number;
  readonly mark: 'error' | 'warning' | undefined;
}) {
  return (
    <div className={styles.line} style={{ transform: `translateY(${top}px)` }} data-mark={mark}>
      <span className={styles.number} aria-hidden="true" data-number={number ?? '↪'} />
      <code>
        <Visible text={text} />
      </code>
    </div>
  );
}

/** How many characters fit; a wider window breaks fewer lines. */
function useColumns(element: { readonly current: HTMLElement | null }): number {
  const [columns, setColumns] = useState(100);
  useLayoutEffect(() => {
    const scroller = element.current;
    if (scroller === null) return;
    const observer = new ResizeObserver(() => {
      const fitting = Math.floor((scroller.clientWidth - gutterPx) / characterPx);
      setColumns(Math.max(32, Math.floor(fitting / 4) * 4));
    });
    observer.observe(scroller);
    return () => observer.disconnect();
  }, [element]);
  return columns;
}
