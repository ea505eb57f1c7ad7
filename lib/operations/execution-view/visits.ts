/** The visits of an execution's states, and the iterations of its Maps. */
import {
  findOpenBranches,
  type IterationLetter,
  type ListedVisit,
  listIterations,
  toListedVisit,
} from '../../engine/visits/listed-visit.ts';
import { MillraceError } from '../../errors.ts';
import type { AppContext } from '../app-context.ts';
import { requireExecution } from '../find-execution.ts';
import type { VisitFolds } from './visit-folds.ts';

/** What reading visits needs of an app. */
export interface VisitContext extends Pick<AppContext, 'store'> {
  readonly folds: VisitFolds;
}

/** Which visits to return. */
export interface VisitRequest {
  /** Maximum number of visits. */
  readonly limit: number;
  /** The `next` of the page before. @default the first page */
  readonly cursor?: string;
  /** The `place` of the visits; '' is the top. @default '' */
  readonly place?: string;
  /** Only visits that failed, at any place. @default false */
  readonly failed?: boolean;
}

/** A part of an execution's visits, in the order of their entries. */
export interface VisitPage {
  /** Id of the newest event that they include. */
  readonly asOfEventId: number;
  readonly visits: readonly ListedVisit[];
  readonly next: string | null;
}

/** How the iterations of a Map stand. */
export interface Iterations {
  readonly length: number;
  /** Runs of iterations that stand alike, in the order of the items. */
  readonly runs: readonly [IterationLetter, number][];
}

/**
 * Lists the visits of an execution's states. An EXPRESS machine has no history, and no visits.
 * @throws UNKNOWN_EXECUTION, INVALID_ARGUMENT
 */
export async function listVisits(
  context: VisitContext,
  name: string,
  { limit, cursor, place = '', failed = false }: VisitRequest,
): Promise<VisitPage> {
  const after = cursor === undefined ? 0 : parseEventId(cursor, "the 'next' of the page before");
  const { fold, snapshot } = await context.folds.fold(await requireExecution(context, name));
  const all = failed
    ? fold.tree.visits.filter(({ status }) => status === 'FAILED')
    : fold.tree.listPlace(place);
  const rest = all.filter(({ eventId }) => eventId > after);
  const open = snapshot === null ? null : findOpenBranches(snapshot);
  const visits = rest.slice(0, limit).map((visit) => toListedVisit(visit, open));
  const last = visits.at(-1);
  const hasMore = rest.length > limit && last !== undefined;
  return { asOfEventId: fold.lastEventId, visits, next: hasMore ? String(last.eventId) : null };
}

/**
 * Returns how the iterations of a Map stand, in its newest run.
 * @param eventId the id of the Map's entered event
 * @throws UNKNOWN_EXECUTION
 * @throws INVALID_ARGUMENT when the event is not the entry of a Map
 */
export async function getIterations(
  context: VisitContext,
  name: string,
  eventId: number,
): Promise<Iterations> {
  const { fold } = await context.folds.fold(await requireExecution(context, name));
  const visit = fold.tree.visitOf(eventId);
  if (visit?.eventId === eventId && visit.type === 'Map') {
    const isDistributed = visit.answeredBy === 'mapRun';
    // The iterations of a distributed Map are executions of their own.
    if (isDistributed) return { length: 0, runs: [] };
    return { length: visit.length, runs: listIterations(visit) };
  }
  throw new MillraceError(
    'INVALID_ARGUMENT',
    `expected the id of the event that enters a Map state, found ${eventId}; the visits show it`,
    { fields: { eventId } },
  );
}

/** Parses the id of an event; throws INVALID_ARGUMENT. @param what what is expected */
export function parseEventId(text: string, what = 'the id of an event'): number {
  if (/^[1-9]\d{0,8}$/.test(text)) return Number(text);
  const found = JSON.stringify(text.slice(0, 80));
  throw new MillraceError('INVALID_ARGUMENT', `expected ${what}, found ${found}`);
}
