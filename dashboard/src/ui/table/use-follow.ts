/** When a list is read again without anyone asking for it. */
import { useQueryClient } from '@tanstack/react-query';
import { useEffect, useRef } from 'react';
import { tickTopic } from '../../live/live-hub.ts';
import { useHub, useTopics } from '../../live/live-provider.tsx';

const ticks = [tickTopic];
const none: readonly string[] = [];

/** Calls `onChange` every few seconds, and after changes that this page has made. */
export function useFollow(follow: boolean, onChange: () => void): void {
  const handler = useRef(onChange);
  useEffect(() => {
    handler.current = onChange;
  });
  const hub = useHub();
  const queries = useQueryClient();
  useTopics(follow ? ticks : none);
  useEffect(() => {
    const stopHub = follow ? hub.onTopic(tickTopic, () => handler.current()) : undefined;
    const stopChanges = queries.getMutationCache().subscribe(({ type, mutation }) => {
      if (type === 'updated' && mutation?.state.status === 'success') handler.current();
    });
    return () => {
      stopHub?.();
      stopChanges();
    };
  }, [follow, hub, queries]);
}
