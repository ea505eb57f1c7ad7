/** Runs the requests of a list: each kind one at a time, all of them aborted with the list. */
import { useCallback, useEffect, useRef, useState } from 'react';

/** Returns a function that runs a request unless one of its kind is under way. */
export function useOneAtATime(listKey: string) {
  const [running, setRunning] = useState(0);
  const open = useRef(new Map<string, AbortController>());
  // biome-ignore lint/correctness/useExhaustiveDependencies: another list ends these requests
  useEffect(() => {
    const controllers = open.current;
    return () => {
      for (const controller of controllers.values()) controller.abort();
      controllers.clear();
    };
  }, [listKey]);
  const run = useCallback(async (kind: string, request: (signal: AbortSignal) => Promise<void>) => {
    if (open.current.has(kind)) return;
    const controller = new AbortController();
    open.current.set(kind, controller);
    setRunning((count) => count + 1);
    try {
      await request(controller.signal);
    } catch (error) {
      if (!controller.signal.aborted) throw error;
    } finally {
      if (open.current.get(kind) === controller) open.current.delete(kind);
      setRunning((count) => count - 1);
    }
  }, []);
  return { run, isLoading: running > 0 };
}
