/**
 * The visits of states as they are folded from a history: records that change while further events
 * are added. `listed-visit.ts` turns them into what users see.
 */

/** One call of a Task's work, or one run of a distributed Map. */
export interface VisitTry {
  readonly scheduledAt: number;
  endedAt: number | null;
  error: string | null;
  cause: string | null;
}

/** What a Task waits for, once it has been scheduled. */
export type AnsweredBy = 'handler' | 'token' | 'activity' | 'message' | 'execution' | 'mapRun';

/** The execution that a Task has started, by `machine:name`, or the batch of a distributed Map. */
export interface VisitLink {
  readonly kind: 'execution' | 'batch';
  readonly id: string;
}

/** One visit of a state: from its entry to its exit. */
export interface FoldedVisit {
  /** Id of its entered event. */
  readonly eventId: number;
  readonly state: string;
  readonly type: string;
  readonly branch: FoldedBranch;
  readonly enteredAt: number;
  readonly inputBytes: number | null;
  /** Number of redrives before it was entered or last resumed. */
  attempt: number;
  status: 'OPEN' | 'SUCCEEDED' | 'CAUGHT' | 'FAILED' | 'ABORTED';
  endedAt: number | null;
  /** Id of its exited event; null before. */
  exitEventId: number | null;
  outputBytes: number | null;
  readonly tries: VisitTry[];
  /** The newest failure that has not been retried. */
  error: string | null;
  cause: string | null;
  /** Id of the event of that failure. */
  failureEventId: number | null;
  answeredBy: AnsweredBy | null;
  link: VisitLink | null;
  /** Branches or iterations of its newest run, by index; null before that run. */
  children: Map<number, FoldedBranch> | null;
  /** Number of iterations of a Map. */
  length: number;
  /** Whether its branches have been stopped, because one of them failed. */
  isStopped: boolean;
  /** Whether a Parallel or Map is recorded as failed: it is not retried any more. */
  hasFailed: boolean;
}

/** The top of the execution, a branch of a Parallel, or an iteration of a Map. */
export interface FoldedBranch {
  /** The Parallel or Map around it; null at the top. */
  readonly host: FoldedVisit | null;
  readonly index: number;
  /** `''` at the top, `12.3` for the branch 3 of the visit 12, `12.3/40.0` inside of that. */
  readonly place: string;
  /** Its newest visit. */
  latest: FoldedVisit | null;
  /** Of an iteration, as the history tells it; null for other branches. */
  outcome: 'RUNNING' | 'SUCCEEDED' | 'FAILED' | 'ABORTED' | null;
}

/** Creates the branch `index` of a Parallel or Map. */
export function newFoldedBranch(
  host: FoldedVisit,
  index: number,
  outcome: FoldedBranch['outcome'],
): FoldedBranch {
  const { place } = host.branch;
  const own = `${host.eventId}.${index}`;
  return { host, index, place: place === '' ? own : `${place}/${own}`, latest: null, outcome };
}

/** Returns how a branch stands. */
export function outcomeOf(branch: FoldedBranch): NonNullable<FoldedBranch['outcome']> {
  if (branch.outcome !== null) return branch.outcome;
  switch (branch.latest?.status) {
    case 'SUCCEEDED':
    case 'CAUGHT':
      return 'SUCCEEDED';
    case 'FAILED':
      return 'FAILED';
    case 'ABORTED':
      return 'ABORTED';
    default:
      return 'RUNNING';
  }
}
