import type { HistoryEvent } from '../history-event.ts';
import { utf8Length } from './event-details.ts';
import { type FoldedBranch, type FoldedVisit, newFoldedBranch } from './folded-visit.ts';

/** What an event belongs to: a visit, or a branch that has entered no state yet. */
export type EventOwner = FoldedVisit | FoldedBranch | null;

/**
 * The visits of an execution by the branches that they are in, and the owner of every event. Events
 * name the event before in their branch, which is how the owner of the next one is found.
 */
export class VisitTree {
  readonly root: FoldedBranch = {
    host: null,
    index: 0,
    place: '',
    latest: null,
    outcome: null,
  };
  /** All visits, in the order of their entries. */
  readonly visits: FoldedVisit[] = [];
  readonly #byPlace = new Map<string, FoldedVisit[]>();
  readonly #byState = new Map<string, FoldedVisit>();
  /** By event id. */
  readonly #owners: EventOwner[] = [];
  /** Parallel states by the event that started them: their branches follow it. */
  readonly #started = new Map<number, FoldedVisit>();
  /** What may continue after the newest redrive, in the order in which it does. */
  #resumable: (FoldedVisit | FoldedBranch)[] = [];
  #redrivenId = 0;

  /** Returns the visits of one place, in the order of their entries. */
  listPlace(place: string): readonly FoldedVisit[] {
    return this.#byPlace.get(place) ?? [];
  }

  /** Returns the visit that an event belongs to; undefined for events of the execution. */
  visitOf(eventId: number): FoldedVisit | undefined {
    const owner = this.#owners[eventId];
    if (owner === undefined || owner === null) return undefined;
    return 'eventId' in owner ? owner : (owner.host ?? undefined);
  }

  own(eventId: number, owner: EventOwner): void {
    this.#owners[eventId] = owner;
  }

  /** Adds the visit that a `…StateEntered` event begins. */
  enter(event: HistoryEvent, state: string, input: string, attempt: number): FoldedVisit {
    const branch = this.#branchAfter(event.previousEventId);
    const visit: FoldedVisit = {
      eventId: event.id,
      state,
      type: event.type.replace('StateEntered', ''),
      branch,
      enteredAt: event.timestamp,
      inputBytes: utf8Length(input),
      attempt,
      status: 'OPEN',
      endedAt: null,
      exitEventId: null,
      outputBytes: null,
      tries: [],
      error: null,
      cause: null,
      failureEventId: null,
      answeredBy: null,
      link: null,
      children: null,
      length: 0,
      isStopped: false,
      hasFailed: false,
    };
    branch.latest = visit;
    this.visits.push(visit);
    this.#byState.set(state, visit);
    const before = this.#byPlace.get(branch.place);
    if (before === undefined) this.#byPlace.set(branch.place, [visit]);
    else before.push(visit);
    return visit;
  }

  /**
   * Returns the open visit that continues after an event: its own, or the nearest one around it
   * that `isWanted`; undefined when there is none.
   * @param state the name that the event gives, if any
   */
  findOpen(
    previousEventId: number,
    isWanted: (visit: FoldedVisit) => boolean,
    state?: string,
  ): FoldedVisit | undefined {
    if (previousEventId === this.#redrivenId && previousEventId > 0) {
      return this.#resume(isWanted) ?? this.#openByName(state, isWanted);
    }
    for (let visit = this.visitOf(previousEventId); visit !== undefined; ) {
      if (visit.status === 'OPEN' && isWanted(visit)) return visit;
      visit = visit.branch.host ?? undefined;
    }
    return this.#openByName(state, isWanted);
  }

  /** Records that a Parallel has started its branches, after the event `eventId`. */
  startBranches(visit: FoldedVisit, eventId: number): void {
    visit.children = new Map();
    visit.isStopped = false;
    this.#started.set(eventId, visit);
  }

  /** Begins the branch or iteration `index` of a visit. */
  beginBranch(
    host: FoldedVisit,
    index: number,
    outcome: FoldedBranch['outcome'] = null,
  ): FoldedBranch {
    const branch = newFoldedBranch(host, index, outcome);
    host.children ??= new Map();
    host.children.set(index, branch);
    return branch;
  }

  /** Makes what failed or was aborted continue, as a redrive does. */
  reopen(redrivenId: number, attempt: number): void {
    this.#redrivenId = redrivenId;
    this.#resumable = [];
    this.#reopenBranch(this.root, attempt);
  }

  /** Returns the branch that a state is entered in after an event. */
  #branchAfter(previousEventId: number): FoldedBranch {
    if (previousEventId === this.#redrivenId && previousEventId > 0) return this.#resumeEntry();
    const parallel = this.#started.get(previousEventId);
    if (parallel !== undefined) return this.beginBranch(parallel, parallel.children?.size ?? 0);
    const owner = this.#owners[previousEventId];
    if (owner === undefined || owner === null) return this.root;
    return 'eventId' in owner ? owner.branch : owner;
  }

  #reopenBranch(branch: FoldedBranch, attempt: number): void {
    if (branch.outcome === 'SUCCEEDED') return;
    if (branch.outcome !== null) branch.outcome = 'RUNNING';
    const { latest } = branch;
    if (latest === null || latest.status === 'SUCCEEDED' || latest.status === 'CAUGHT') {
      // It entered no state yet, or is done: only then no entry follows.
      this.#resumable.push(branch);
      return;
    }
    latest.status = 'OPEN';
    latest.endedAt = null;
    latest.attempt = attempt;
    latest.error = null;
    latest.cause = null;
    // A Parallel or Map that was waiting for its retry begins anew.
    if (latest.isStopped && !latest.hasFailed) latest.children = null;
    latest.isStopped = false;
    latest.hasFailed = false;
    if (latest.children === null || latest.children.size === 0) this.#resumable.push(latest);
    else for (const child of latest.children.values()) this.#reopenBranch(child, attempt);
  }

  #resume(isWanted: (visit: FoldedVisit) => boolean): FoldedVisit | undefined {
    const index = this.#resumable.findIndex((each) => 'eventId' in each && isWanted(each));
    if (index < 0) return undefined;
    const [visit] = this.#resumable.splice(index, 1);
    return visit !== undefined && 'eventId' in visit ? visit : undefined;
  }

  /**
   * Returns the branch that enters a state after a redrive: one that had entered none, or else one
   * that could not enter its next.
   */
  #resumeEntry(): FoldedBranch {
    const branches = this.#resumable.filter(isBranch);
    const branch =
      branches.find(({ latest }) => latest === null) ??
      branches.find(({ host, outcome }) => host === null || outcome !== null);
    if (branch !== undefined) {
      this.#resumable = this.#resumable.filter((each) => each !== branch);
      return branch;
    }
    // A branch of a Parallel that failed before it began this one.
    const parallel = this.visits.findLast(
      ({ status, type, children }) => status === 'OPEN' && type === 'Parallel' && children !== null,
    );
    if (parallel === undefined) return this.root;
    return this.beginBranch(parallel, parallel.children?.size ?? 0);
  }

  #openByName(
    state: string | undefined,
    isWanted: (visit: FoldedVisit) => boolean,
  ): FoldedVisit | undefined {
    const visit = state === undefined ? undefined : this.#byState.get(state);
    return visit?.status === 'OPEN' && isWanted(visit) ? visit : undefined;
  }
}

function isBranch(owner: FoldedVisit | FoldedBranch): owner is FoldedBranch {
  return !('eventId' in owner);
}
