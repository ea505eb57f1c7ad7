/** Times and durations of the page, in the chosen zone. */
import { memo } from 'react';
import { formatDuration } from '../text/format-number.ts';
import { useNow, useZone } from '../time/clock-store.ts';
import { formatAbsolute, formatClock, formatRelative } from '../time/format-time.ts';

/** A time, or `–`: relative with the absolute one on hover, unless another form is given. */
export const Time = memo(function Time({
  at,
  form = 'relative',
}: {
  readonly at: number | null | undefined;
  /** `clock` is short, `absolute` names the zone. @default relative */
  readonly form?: 'relative' | 'clock' | 'absolute';
}) {
  const zone = useZone();
  const now = useNow();
  if (at === null || at === undefined) return <span title="not known">–</span>;
  const absolute = formatAbsolute(at, zone);
  const shown = {
    relative: () => formatRelative(at, now),
    clock: () => formatClock(at, zone, now),
    absolute: () => absolute,
  }[form]();
  return (
    <time dateTime={new Date(at).toISOString()} title={absolute}>
      {shown}
    </time>
  );
});

/** How long something took, or has taken so far. */
export function Took({
  from,
  to,
}: {
  readonly from: number | null | undefined;
  readonly to: number | null | undefined;
}) {
  if (from === null || from === undefined) return '–';
  return to === null || to === undefined ? <TakenSoFar from={from} /> : formatDuration(to - from);
}

function TakenSoFar({ from }: { readonly from: number }) {
  return `${formatDuration(Math.max(0, useNow() - from))} …`;
}
