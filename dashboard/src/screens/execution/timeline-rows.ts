/** The rows of a timeline: one a visit, its tries as segments. Pure. */
import type { Span } from './time-scale.ts';
import { isOpenVisit, type Visit } from './visit.ts';

/** A part of a visit's bar. */
export interface TimelineSegment extends Span {
  readonly kind: 'succeeded' | 'failed' | 'running' | 'waiting';
}

/** One row. */
export interface TimelineRow {
  readonly visit: Visit;
  /** How deep it is inside of Parallel and Map states. */
  readonly depth: number;
  readonly bar: Span;
  readonly segments: readonly TimelineSegment[];
}

/** Returns the rows in the order in which states were entered. */
export function timelineRows(visits: readonly Visit[], now: number): TimelineRow[] {
  return visits
    .toSorted((a, b) => a.enteredAt - b.enteredAt || a.eventId - b.eventId)
    .map((visit) => ({
      visit,
      depth: visit.place === '' ? 0 : visit.place.split('/').length,
      bar: { from: visit.enteredAt, to: visit.endedAt ?? now },
      segments: segmentsOf(visit, now),
    }));
}

/** Returns the times in which something was done: a wait is none, and neither is a backoff. */
export function workSpans(rows: readonly TimelineRow[]): Span[] {
  return rows.flatMap(({ bar, segments }) => {
    const work = segments.filter(({ kind }) => kind !== 'waiting');
    return [...work, { from: bar.from, to: bar.from }, { from: bar.to, to: bar.to }];
  });
}

function segmentsOf(visit: Visit, now: number): TimelineSegment[] {
  const { tries, status, enteredAt, endedAt, below, type } = visit;
  if (tries.length > 0) {
    return tries.map(({ scheduledAt, endedAt: end, error }) => ({
      from: scheduledAt,
      to: end ?? now,
      kind: end === null ? tryKind(visit) : error === null ? 'succeeded' : 'failed',
    }));
  }
  if (below !== null) return [];
  const span = { from: enteredAt, to: endedAt ?? now };
  if (type === 'Wait' || status === 'WAITING') return [{ ...span, kind: 'waiting' }];
  if (isOpenVisit(visit)) return [{ ...span, kind: 'running' }];
  return [{ ...span, kind: status === 'SUCCEEDED' ? 'succeeded' : 'failed' }];
}

function tryKind({ status }: Visit): TimelineSegment['kind'] {
  return status === 'WAITING' ? 'waiting' : 'running';
}
