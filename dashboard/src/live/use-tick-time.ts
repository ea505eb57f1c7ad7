/** The time of the last tick: it stands still while the page asks nothing. */
import { useEffect, useState } from 'react';
import { now } from '../time/clock-store.ts';
import { tickTopic } from './live-hub.ts';
import { useHub, useTopics } from './live-provider.tsx';

const ticks = [tickTopic];

/** Returns the server's time at the last tick. */
export function useTickTime(): number {
  const [time, setTime] = useState(now);
  const hub = useHub();
  useTopics(ticks);
  useEffect(() => hub.onTopic(tickTopic, () => setTime(now())), [hub]);
  return time;
}
