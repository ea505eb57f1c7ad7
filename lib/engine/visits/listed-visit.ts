import { readTimer } from '../due-at.ts';
import { type Branch, type Done, isDone, listChildren, type Snapshot } from '../snapshot.ts';
import {
  type AnsweredBy,
  type FoldedBranch,
  type FoldedVisit,
  outcomeOf,
  type VisitLink,
  type VisitTry,
} from './folded-visit.ts';

/**
 * How a visit stands. RUNNING: its work is being done. WAITING: something outside, or a time, lets
 * it continue. RETRYING: its next run is due later. CAUGHT: it failed, and a catcher handled that.
 */
export type VisitStatus =
  | 'RUNNING'
  | 'WAITING'
  | 'RETRYING'
  | 'SUCCEEDED'
  | 'CAUGHT'
  | 'FAILED'
  | 'ABORTED';

/** What an open visit waits for. */
export type WaitsFor = AnsweredBy | 'timer';

/** Numbers of branches or iterations. */
export interface BelowCounts {
  readonly total: number;
  readonly succeeded: number;
  readonly failed: number;
  readonly running: number;
}

/** One visit of a state, as users see it. Times are milliseconds since 1970. */
export interface ListedVisit {
  /** Id of its entered event. */
  readonly eventId: number;
  readonly state: string;
  readonly type: string;
  /** See {@link FoldedBranch.place}. */
  readonly place: string;
  /** Number of redrives before it was entered or last resumed. */
  readonly attempt: number;
  readonly enteredAt: number;
  readonly endedAt: number | null;
  readonly status: VisitStatus;
  /** The calls of a Task, oldest first. */
  readonly tries: readonly Readonly<VisitTry>[];
  /** When it continues by itself; null if that is not known. */
  readonly dueAt: number | null;
  readonly waitsFor: WaitsFor | null;
  readonly error: string | null;
  /** Its first 1,000 characters. */
  readonly cause: string | null;
  /** Sizes of its documents. */
  readonly bytes: { readonly input: number | null; readonly output: number | null };
  /** Branches of a Parallel, or iterations of a Map; null for other states. */
  readonly below: BelowCounts | null;
  readonly link: VisitLink | null;
}

/** The branches of a snapshot that are in a state, by the id of its entered event. */
export type OpenBranches = ReadonlyMap<number, Branch>;

/** Returns the branches that have not ended, at any depth. */
export function findOpenBranches({ status, root }: Snapshot): OpenBranches {
  const found = new Map<number, Branch>();
  if (status === 'RUNNING' && root !== null) collect(root, found);
  return found;
}

function collect(branch: Branch | Done, found: Map<number, Branch>): void {
  if (isDone(branch)) return;
  if (branch.enteredId > 0) found.set(branch.enteredId, branch);
  for (const child of listChildren(branch) ?? []) collect(child, found);
}

/**
 * Returns a visit as users see it.
 * @param open of the snapshot up to which the history was folded; null when it is not known
 */
export function toListedVisit(visit: FoldedVisit, open: OpenBranches | null): ListedVisit {
  const { eventId, state, type, branch, attempt, enteredAt, endedAt, tries } = visit;
  const { error, cause, link, inputBytes, outputBytes } = visit;
  return {
    eventId,
    state,
    type,
    place: branch.place,
    attempt,
    enteredAt,
    endedAt,
    ...standing(visit, open),
    tries: tries.map((each) => ({ ...each })),
    error,
    cause,
    bytes: { input: inputBytes, output: outputBytes },
    below: countBelow(visit),
    link,
  };
}

type Standing = Pick<ListedVisit, 'status' | 'dueAt' | 'waitsFor'>;

function standing({ eventId, status, answeredBy }: FoldedVisit, open: OpenBranches | null) {
  const of = (state: VisitStatus, waitsFor: WaitsFor | null = null, at = never): Standing => {
    return { status: state, waitsFor, dueAt: at === never ? null : at };
  };
  if (status !== 'OPEN') return of(status);
  if (open === null) return of('RUNNING');
  const branch = open.get(eventId);
  // It was stopped, and the state around it waits for its retry.
  if (branch === undefined) return of('ABORTED');
  const { doing } = branch;
  switch (doing.kind) {
    case 'retry':
      return of('RETRYING', 'timer', doing.at);
    case 'wait':
      return of('WAITING', 'timer', doing.until);
    case 'mapRun':
      return of('WAITING', 'mapRun');
    case 'task': {
      const isWorkedOn = answeredBy === null || answeredBy === 'handler' || doing.started === true;
      return of(isWorkedOn ? 'RUNNING' : 'WAITING', answeredBy ?? 'handler', readTimer(branch));
    }
    default:
      return of('RUNNING');
  }
}

const never = Number.POSITIVE_INFINITY;

function countBelow({ type, children, length, answeredBy }: FoldedVisit): BelowCounts | null {
  const isHost = type === 'Parallel' || (type === 'Map' && answeredBy !== 'mapRun');
  if (!isHost) return null;
  const counts = { SUCCEEDED: 0, FAILED: 0, RUNNING: 0, ABORTED: 0 };
  for (const branch of children?.values() ?? []) counts[outcomeOf(branch)] += 1;
  const { SUCCEEDED: succeeded, FAILED: failed, RUNNING: running } = counts;
  return { total: Math.max(length, children?.size ?? 0), succeeded, failed, running };
}

/** How an iteration stands: succeeded, failed, running, aborted, or not started. */
export type IterationLetter = 'S' | 'F' | 'R' | 'A' | '-';

const letters = { SUCCEEDED: 'S', FAILED: 'F', RUNNING: 'R', ABORTED: 'A' } as const;

/** Returns how the iterations of a Map stand, in their order: runs of equal ones. */
export function listIterations({ children, length }: FoldedVisit): [IterationLetter, number][] {
  const runs: [IterationLetter, number][] = [];
  const add = (letter: IterationLetter, count: number) => {
    const last = runs.at(-1);
    if (last?.[0] === letter) last[1] += count;
    else if (count > 0) runs.push([letter, count]);
  };
  const begun: FoldedBranch[] = [...(children?.values() ?? [])];
  let next = 0;
  for (const branch of begun.sort((a, b) => a.index - b.index)) {
    add('-', branch.index - next);
    add(letters[outcomeOf(branch)], 1);
    next = branch.index + 1;
  }
  add('-', length - next);
  return runs;
}
