/** The keys of tables: they are for the one that has the focus, or else for the first. */
import { type RefObject, useEffect, useRef } from 'react';
import { isForPage } from '../../keys/key-scope.ts';
import { stepFrom } from './row-step.ts';

/** The bodies of the tables on the screen, in the order in which they appeared. */
const bodies: HTMLElement[] = [];

/** Calls `onKey` for keys that are meant for the table; it returns whether it used the key. */
export function useTableKeys(
  body: RefObject<HTMLElement | null>,
  onKey: (key: string) => boolean,
): void {
  const handler = useRef(onKey);
  useEffect(() => {
    handler.current = onKey;
  });
  useEffect(() => {
    const element = body.current;
    if (element === null) return;
    bodies.push(element);
    const listen = (event: KeyboardEvent) => {
      if (!isForPage(event) || chosenBody() !== element) return;
      if (handler.current(event.key)) event.preventDefault();
    };
    document.addEventListener('keydown', listen);
    return () => {
      document.removeEventListener('keydown', listen);
      bodies.splice(bodies.indexOf(element), 1);
    };
  }, [body]);
}

/** Lets `j` and `k` move the focus through the children of `body`. */
export function useRowKeys(body: RefObject<HTMLElement | null>): void {
  useTableKeys(body, (key) => {
    const rows = [...(body.current?.children ?? [])] as HTMLElement[];
    const next = stepFrom(
      rows.findIndex((row) => row.contains(document.activeElement)),
      key,
      rows.length,
    );
    if (next === null) return false;
    rows[next]?.focus();
    return true;
  });
}

function chosenBody(): HTMLElement | undefined {
  return bodies.find((body) => body.contains(document.activeElement)) ?? bodies[0];
}
