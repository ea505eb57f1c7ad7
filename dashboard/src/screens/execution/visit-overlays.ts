/** How the states of an execution look in its graph, and which edges it has taken. Pure. */
import type { MachineGraph } from '../../../../lib/graph/machine-graph.ts';
import { type IterationRuns, type NodeOverlay, noOverlay } from '../../graph/node-overlay.ts';
import type { Overlays } from '../../graph/overlay-store.ts';
import { formatCount, formatDuration } from '../../text/format-number.ts';
import { visibleText } from '../../text/visible-text.ts';
import { formatRelative } from '../../time/format-time.ts';
import { statusLook } from '../../ui/status-look.ts';
import { isOpenVisit, type Visit } from './visit.ts';

/** What is known of an execution's visits. */
export interface ShownVisits {
  readonly visits: readonly Visit[];
  /** The iterations of Maps, by the event id of their visit. */
  readonly iterations: ReadonlyMap<number, IterationRuns>;
}

/** Returns the overlay of every state of the graph. */
export function visitOverlays(
  { states }: MachineGraph,
  { visits, iterations }: ShownVisits,
  now: number,
): Overlays {
  const byState = Map.groupBy(visits, ({ state }) => state);
  return new Map(
    states.map(({ name }) => {
      const own = byState.get(name) ?? [];
      const newest = newestOf(own);
      if (newest === undefined) {
        return [name, { ...noOverlay, isFaint: true, sentence: 'not entered' }];
      }
      return [name, overlayOf(newest, own.length, iterations.get(newest.eventId) ?? null, now)];
    }),
  );
}

/** Returns the visit that tells how a state stands: the open one, or else the newest. */
export function newestOf(visits: readonly Visit[]): Visit | undefined {
  return visits.findLast(isOpenVisit) ?? visits.at(-1);
}

function overlayOf(
  visit: Visit,
  count: number,
  strip: IterationRuns | null,
  now: number,
): NodeOverlay {
  const { status, tries } = visit;
  const { tone, word } = statusLook(status);
  const notes = [
    ...(count > 1 ? [`×${formatCount(count)}`] : []),
    ...(tries.length > 1 ? [`↻ ${tries.length - 1}`] : []),
    ...belowNote(visit),
    timeNote(visit, now),
  ].filter((note) => note !== '');
  return {
    ...noOverlay,
    status,
    tone,
    notes,
    strip,
    isLive: isOpenVisit(visit),
    sentence: sentenceOf(visit, word, count, now),
  };
}

function belowNote({ below, type }: Visit): string[] {
  if (below === null || type !== 'Map') return [];
  const failed = below.failed === 0 ? '' : ` ${formatCount(below.failed)}✕`;
  return [`${formatCount(below.succeeded)}✓${failed} of ${formatCount(below.total)}`];
}

/** How long it took, or when it goes on. */
function timeNote({ status, dueAt, enteredAt, endedAt, waitsFor }: Visit, now: number): string {
  if (endedAt !== null) return formatDuration(endedAt - enteredAt);
  if (status === 'RETRYING' && dueAt !== null) return `next ${formatRelative(dueAt, now)}`;
  if (status === 'WAITING' && dueAt !== null && waitsFor === 'timer') {
    return formatRelative(dueAt, now);
  }
  return `${formatDuration(Math.max(0, now - enteredAt))} …`;
}

function sentenceOf(visit: Visit, word: string, count: number, now: number): string {
  const { error, tries } = visit;
  const parts = [
    `${word.toLowerCase()} ${timeNote(visit, now)}`,
    error === null ? '' : `error ${visibleText(error)}`,
    tries.length > 1 ? `${tries.length} tries` : '',
    count > 1 ? `visited ${count} times` : '',
    ...belowNote(visit),
  ];
  return parts.filter((part) => part !== '').join(', ');
}

/** Returns the ids of the edges that were taken, as the layout names them. */
export function takenEdges(
  { scopes, states }: MachineGraph,
  visits: readonly Visit[],
): ReadonlySet<string> {
  const taken = new Set<string>();
  const ends = new Set(states.filter(({ isEnd }) => isEnd).map(({ name }) => name));
  const isAtTop = new Set(states.filter(({ scope }) => scope === 'root').map(({ name }) => name));
  for (const own of Map.groupBy(visits, ({ place }) => place).values()) {
    for (const [index, { state, status }] of own.entries()) {
      const next = own[index + 1];
      if (next !== undefined) {
        taken.add(`${status === 'CAUGHT' ? 'catch' : 'flow'}:${state}>${next.state}`);
      } else if (isAtTop.has(state) && ends.has(state) && status !== 'ABORTED') {
        if (!isOpenVisit({ status })) taken.add(`mark:${state}>`);
      }
    }
  }
  const start = scopes.find(({ owner }) => owner === null)?.startAt;
  if (visits.some(({ place }) => place === '')) taken.add(`mark:>${start}`);
  return taken;
}
