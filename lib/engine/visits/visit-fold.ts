import { ErrorName } from '../../asl/state-error.ts';
import { assertNever } from '../../errors.ts';
import type { HistoryEvent } from '../history-event.ts';
import {
  answererOf,
  failureIn,
  type KeptFailure,
  startedBatch,
  startedExecution,
  utf8Length,
} from './event-details.ts';
import type { FoldedBranch, FoldedVisit } from './folded-visit.ts';
import { type EventOwner, VisitTree } from './visit-tree.ts';

/**
 * Folds the history of an execution into the visits of its states: their tries, failures, branches
 * and iterations. Events are added in order, as often as there are new ones; documents are measured
 * and not kept. Pure, and linear in the number of events.
 */
export class VisitFold {
  readonly tree = new VisitTree();
  /** Id of the newest event; 0 before the first. */
  lastEventId = 0;
  #redrives = 0;

  /** Adds the events that follow the ones added so far; others are left out. */
  add(events: readonly HistoryEvent[]): void {
    for (const event of events) {
      if (event.id <= this.lastEventId) continue;
      this.lastEventId = event.id;
      this.tree.own(event.id, this.#apply(event));
    }
  }

  #apply(event: HistoryEvent): EventOwner {
    const { stateEnteredEventDetails: entered, stateExitedEventDetails: exited } = event;
    if (entered !== undefined) {
      return this.tree.enter(event, entered.name, entered.input, this.#redrives);
    }
    if (exited !== undefined) return this.#exit(event, exited.name, exited.output);
    const step = taskStep.exec(event.type)?.[2];
    if (step !== undefined) return this.#applyTask(event, step as TaskStep);
    if (event.type.startsWith('MapIteration')) return this.#applyIteration(event);
    if (event.type.startsWith('Execution')) return this.#applyExecution(event);
    return this.#applyHost(event);
  }

  #exit(event: HistoryEvent, name: string, output: string): EventOwner {
    const { id, previousEventId, timestamp } = event;
    const visit = this.tree.findOpen(previousEventId, ({ state }) => state === name, name);
    if (visit === undefined) return null;
    visit.exitEventId = id;
    visit.endedAt = timestamp;
    visit.outputBytes = utf8Length(output);
    // A Task that exits without a call was left through a catcher.
    const isUncalled = visit.type === 'Task' && visit.tries.length === 0;
    visit.status = visit.failureEventId !== null || isUncalled ? 'CAUGHT' : 'SUCCEEDED';
    return visit;
  }

  #applyTask(event: HistoryEvent, step: TaskStep): EventOwner {
    const visit = this.tree.findOpen(event.previousEventId, ({ type }) => type === 'Task');
    if (visit === undefined) return null;
    switch (step) {
      case 'Scheduled':
        clearFailure(visit);
        visit.answeredBy = answererOf(event);
        visit.tries.push({ scheduledAt: event.timestamp, endedAt: null, error: null, cause: null });
        return visit;
      case 'Started':
        return visit;
      case 'Submitted':
      case 'Succeeded':
        visit.link ??= startedExecution(event);
        if (step === 'Succeeded') endTry(visit, event.timestamp, null);
        return visit;
      case 'Failed':
      case 'TimedOut':
        this.#fail(visit, event);
        return visit;
      default:
        return assertNever(step);
    }
  }

  #applyIteration(event: HistoryEvent): EventOwner {
    const { type, previousEventId, timestamp } = event;
    const iteration =
      event.mapIterationStartedEventDetails ??
      event.mapIterationSucceededEventDetails ??
      event.mapIterationFailedEventDetails ??
      event.mapIterationAbortedEventDetails;
    if (iteration === undefined) return null;
    const { name, index } = iteration;
    const host = this.tree.findOpen(previousEventId, ({ state }) => state === name, name);
    if (host === undefined) return null;
    if (type === 'MapIterationStarted') return this.tree.beginBranch(host, index, 'RUNNING');
    const branch = host.children?.get(index);
    if (branch === undefined) return host;
    if (type === 'MapIterationSucceeded') branch.outcome = 'SUCCEEDED';
    else if (type === 'MapIterationFailed') {
      branch.outcome = 'FAILED';
      this.#stop(host, previousEventId, timestamp);
    }
    return host;
  }

  /** Applies an event of a Parallel, a Map or the run of one, or of a state that was aborted. */
  #applyHost(event: HistoryEvent): EventOwner {
    const { id, type, previousEventId, timestamp } = event;
    if (type === 'EvaluationFailed') return this.#failEvaluation(event);
    if (type.endsWith('StateAborted') || type === 'MapRunAborted') {
      const failed = this.tree.visitOf(previousEventId);
      const host = failed?.branch.host;
      if (host?.type === 'Parallel') this.#stop(host, previousEventId, timestamp);
      return failed ?? null;
    }
    const kind = type.startsWith('Parallel') ? 'Parallel' : 'Map';
    const visit = this.tree.findOpen(previousEventId, (each) => each.type === kind);
    if (visit === undefined) return null;
    if (type.startsWith('MapRun')) this.#applyMapRun(visit, event);
    else if (type.endsWith('StateStarted')) {
      this.#stop(visit, previousEventId, timestamp);
      clearFailure(visit);
      visit.length = event.mapStateStartedEventDetails?.length ?? 0;
      if (kind === 'Parallel') this.tree.startBranches(visit, id);
      else visit.children = null;
      visit.isStopped = false;
      visit.hasFailed = false;
    } else if (type.endsWith('StateFailed')) {
      this.#stop(visit, previousEventId, timestamp);
      visit.failureEventId ??= id;
      visit.hasFailed = true;
    }
    return visit;
  }

  #applyMapRun(visit: FoldedVisit, event: HistoryEvent): void {
    const { type, timestamp } = event;
    if (type === 'MapRunStarted') {
      visit.answeredBy = 'mapRun';
      visit.link = startedBatch(event);
      visit.tries.push({ scheduledAt: timestamp, endedAt: null, error: null, cause: null });
    } else if (type === 'MapRunRedriven') {
      visit.isStopped = false;
      visit.hasFailed = false;
      visit.tries.push({ scheduledAt: timestamp, endedAt: null, error: null, cause: null });
    } else if (type === 'MapRunSucceeded') endTry(visit, timestamp, null);
    else this.#fail(visit, event);
  }

  /** The failure of an expression; at the beginning of a state, it follows the event before. */
  #failEvaluation(event: HistoryEvent): EventOwner {
    const name = event.evaluationFailedEventDetails?.state;
    const isNamed = ({ state }: FoldedVisit) => state === name;
    const visit = this.tree.findOpen(event.previousEventId, isNamed, name);
    if (visit === undefined) return null;
    this.#fail(visit, event);
    return visit;
  }

  #fail(visit: FoldedVisit, event: HistoryEvent): void {
    const failure = failureIn(event) ?? noFailure;
    visit.error = failure.error;
    visit.cause = failure.cause;
    visit.failureEventId = event.id;
    endTry(visit, event.timestamp, failure);
  }

  /**
   * Ends the branches of a Parallel or Map: the one with the event `failedEventId` has failed, the
   * others are aborted.
   */
  #stop(host: FoldedVisit, failedEventId: number, at: number): void {
    if (host.isStopped || host.children === null) return;
    host.isStopped = true;
    const failed = failedEventId > 0 ? this.tree.visitOf(failedEventId) : undefined;
    if (failed !== undefined && failed !== host) {
      this.#endChain(failed, host, at, noFailure);
      host.error = failed.error;
      host.cause = failed.cause;
      host.failureEventId = failed.failureEventId ?? failedEventId;
    }
    for (const branch of host.children.values()) abortBranch(branch, at);
  }

  /** Ends the visit that failed, and those around it below `host`, FAILED. */
  #endChain(failed: FoldedVisit, host: FoldedVisit | null, at: number, failure: KeptFailure): void {
    let visit: FoldedVisit | null = failed;
    while (visit !== null && visit !== host) {
      if (visit.status === 'OPEN') {
        visit.status = 'FAILED';
        visit.endedAt = at;
        visit.error ??= failure.error;
        visit.cause ??= failure.cause;
        endTry(visit, at, failure);
      }
      const { branch }: FoldedVisit = visit;
      if (branch.outcome === 'RUNNING') branch.outcome = 'FAILED';
      visit = branch.host;
    }
  }

  #applyExecution(event: HistoryEvent): EventOwner {
    const { id, type, previousEventId, timestamp } = event;
    switch (type) {
      case 'ExecutionRedriven':
        this.#redrives = event.executionRedrivenEventDetails?.redriveCount ?? this.#redrives + 1;
        this.tree.reopen(id, this.#redrives);
        return null;
      case 'ExecutionFailed':
      case 'ExecutionTimedOut': {
        const given = failureIn(event) ?? noFailure;
        const isTimeout = type === 'ExecutionTimedOut';
        const failure = isTimeout ? { ...given, error: given.error ?? ErrorName.timeout } : given;
        // An end from outside follows no event: it fails the state at the top.
        const failed = this.tree.visitOf(previousEventId) ?? this.tree.root.latest;
        if (failed !== null) {
          if (failed.status === 'OPEN') failed.failureEventId ??= id;
          this.#endChain(failed, null, timestamp, failure);
        }
        abortBranch(this.tree.root, timestamp);
        return null;
      }
      case 'ExecutionAborted':
        abortBranch(this.tree.root, timestamp);
        return null;
      default:
        return null;
    }
  }
}

/** The types of the events of a Task's work. */
const taskStep =
  /^(LambdaFunction|Task|Activity)(Scheduled|Started|Submitted|Succeeded|Failed|TimedOut)$/;

type TaskStep = 'Scheduled' | 'Started' | 'Submitted' | 'Succeeded' | 'Failed' | 'TimedOut';

const noFailure: KeptFailure = Object.freeze({ error: null, cause: null });

function clearFailure(visit: FoldedVisit): void {
  visit.error = null;
  visit.cause = null;
  visit.failureEventId = null;
}

function endTry(visit: FoldedVisit, at: number, failure: KeptFailure | null): void {
  const last = visit.tries.at(-1);
  if (last === undefined || last.endedAt !== null) return;
  last.endedAt = at;
  last.error = failure?.error ?? null;
  last.cause = failure?.cause ?? null;
}

/** Ends what is still open in a branch, inner branches first. */
function abortBranch(branch: FoldedBranch, at: number): void {
  if (branch.outcome === 'RUNNING') branch.outcome = 'ABORTED';
  const { latest } = branch;
  if (latest === null) return;
  for (const child of latest.children?.values() ?? []) abortBranch(child, at);
  if (latest.status !== 'OPEN') return;
  latest.status = 'ABORTED';
  latest.endedAt = at;
  endTry(latest, at, null);
}
