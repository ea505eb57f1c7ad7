/** The keys of a long table, whose next row may not be drawn yet. */
import { type RefObject, useEffect, useRef } from 'react';
import type { DataTableProps } from './data-table.tsx';
import { useTableKeys } from './row-keys.ts';
import { stepFrom } from './row-step.ts';

/** Walks rows with `j` and `k`, and chooses them with `x`. The focus stays on its row. */
export function useRowFocus<Row>(
  body: RefObject<HTMLElement | null>,
  count: number,
  scrollTo: (index: number) => void,
  { choice }: DataTableProps<Row>,
): void {
  const wanted = useRef<number | null>(null);
  const focusRow = () => {
    if (wanted.current === null) return;
    const row = body.current?.querySelector<HTMLElement>(`[data-index="${wanted.current}"]`);
    if (row == null) return;
    wanted.current = null;
    row.focus({ preventScroll: true });
  };
  // The row is drawn after the scrolling, in a later pass.
  useEffect(focusRow);
  useTableKeys(body, (key) => {
    const active = document.activeElement?.closest<HTMLElement>('[data-index]');
    const at = active != null && body.current?.contains(active) ? Number(active.dataset.index) : -1;
    if (key === 'x' && active?.dataset.key !== undefined && choice !== undefined) {
      choice.toggle(active.dataset.key, false);
      return true;
    }
    const next = stepFrom(at, key, count);
    if (next === null) return false;
    wanted.current = next;
    scrollTo(next);
    focusRow();
    return true;
  });
}
