/** A search in documents, call by call, until it is stopped or there is nothing further back. */
import { useCallback, useEffect, useRef, useState } from 'react';
import { api } from '../../api/api.ts';
import type { Call } from '../../api/api-request.ts';
import type { ExecutionRow } from './execution-columns.tsx';

/** What is looked for, and from where. */
export interface ScanOptions {
  /** '' looks for nothing. */
  readonly text: string;
  /** The cursor at which an earlier search was stopped; '' begins with the newest. */
  readonly from: string;
  /** Null when the filters cannot be searched. */
  readonly filter: Extract<Call<'scanExecutions'>['body'], { text: string }>['filter'] | null;
  /** Called with the cursor when a person stops it. */
  readonly onStop: (cursor: string) => void;
}

/** How far a search is. */
export interface Scan {
  readonly matches: readonly ExecutionRow[];
  readonly lookedAt: number;
  readonly backTo: number | null;
  readonly isRunning: boolean;
  readonly isDone: boolean;
  readonly error: Error | null;
  readonly stop: () => void;
  readonly goOn: () => void;
}

interface ScanState {
  readonly key: string;
  readonly matches: readonly ExecutionRow[];
  readonly lookedAt: number;
  readonly backTo: number | null;
  /** Where it goes on; null at the end. */
  readonly cursor: string | null;
  readonly error: Error | null;
}

/** The most executions that are shown; then a person narrows the filters. */
const matchesMax = 500;

/** Looks for a text in documents. */
export function useScan({ text, from, filter, onStop }: ScanOptions): Scan {
  const key = JSON.stringify([text, filter]);
  const [held, setHeld] = useState<ScanState>(() => startOf(key, from));
  const state = held.key === key ? held : startOf(key, from);
  const [isStopped, setStopped] = useState(from !== '');
  const stopped = useRef(onStop);
  useEffect(() => {
    stopped.current = onStop;
  });
  const canRun = text !== '' && filter !== null && state.cursor !== null && state.error === null;
  const isRunning = canRun && !isStopped && state.matches.length < matchesMax;
  const { cursor } = state;

  // biome-ignore lint/correctness/useExhaustiveDependencies: the key stands for text and filter
  useEffect(() => {
    if (!isRunning || filter === null) return;
    const controller = new AbortController();
    const body = { text, filter, ...(cursor !== null && cursor !== '' && { cursor }) };
    api.call('scanExecutions', { body }, controller.signal).then(
      ({ executions, next, lookedAt }) =>
        setHeld({
          key,
          matches: [...state.matches, ...executions],
          lookedAt: state.lookedAt + lookedAt.rows,
          backTo: lookedAt.backTo ?? state.backTo,
          cursor: next,
          error: null,
        }),
      (error: Error) => {
        if (!controller.signal.aborted) setHeld({ ...state, error });
      },
    );
    return () => controller.abort();
  }, [isRunning, key, cursor]);

  const stop = useCallback(() => {
    setStopped(true);
    stopped.current(cursor ?? '');
  }, [cursor]);
  const goOn = useCallback(() => {
    setStopped(false);
    setHeld((before) => ({ ...before, error: null }));
  }, []);
  return { ...state, isRunning, isDone: state.cursor === null, stop, goOn };
}

function startOf(key: string, from: string): ScanState {
  return { key, matches: [], lookedAt: 0, backTo: null, cursor: from, error: null };
}
