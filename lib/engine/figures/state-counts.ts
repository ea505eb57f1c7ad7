import { type Branch, type Done, isDone, listChildren, type Snapshot } from '../snapshot.ts';
import type { Transition } from '../transition.ts';

/** What a step of an execution adds to the figures of one state. */
export interface StateCount {
  readonly state: string;
  /** The change of the number of executions that are in the state. */
  current: number;
  entered: number;
  /** Executions that ended in the state without success. */
  failed: number;
  /** Failures that a catcher has handled. */
  caught: number;
  /** Retries that a retrier has made. */
  retried: number;
}

/** What a step adds, each state once: a list, because a step concerns few states. */
export type StateCounts = StateCount[];

/**
 * Counts what one transition adds to the figures of each state. Pure.
 *
 * A RUNNING execution is in the state of its root branch, and in those of the branches inside a
 * Parallel or Map; any other execution is in none. So the changes telescope: the sum over all steps
 * of an execution that ended is 0 for each state, whoever ran which step, and one that was redriven
 * is in no state until its next step. Only branches that the transition changed are compared.
 */
export function countStep(
  before: Snapshot,
  { snapshot, history, marks }: Pick<Transition, 'snapshot' | 'history' | 'marks'>,
): StateCounts {
  const counts: StateCounts = [];
  countDifference(counts, runningRoot(before), runningRoot(snapshot));
  for (const { stateEnteredEventDetails: entered } of history) {
    if (entered !== undefined) countOf(counts, entered.name).entered += 1;
  }
  for (const { kind, state } of marks) {
    if (kind !== 'exited') countOf(counts, state)[kind] += 1;
  }
  return counts;
}

/**
 * Counts an end without success in the states that it happened in, from the outermost inwards, and
 * returns the innermost. An end from outside (an abort, a timeout of the machine) happens in the
 * state of the root branch; an execution that never entered a state ends in ''.
 */
export function countFailure(counts: StateCounts, { root }: Snapshot): string {
  let state = '';
  let branch = root === null || isDone(root) ? undefined : root;
  if (branch === undefined) countOf(counts, state).failed += 1;
  while (branch !== undefined) {
    state = branch.state;
    countOf(counts, state).failed += 1;
    branch = listChildren(branch)?.find(hasFailed);
  }
  return state;
}

/** Adds `more` to `counts`. */
export function mergeCounts(counts: StateCounts, more: readonly Readonly<StateCount>[]): void {
  for (const count of more) addCount(countOf(counts, count.state), count);
}

/** Adds `more` to `count`. */
export function addCount(count: StateCount, more: Readonly<StateCount>): void {
  count.current += more.current;
  count.entered += more.entered;
  count.failed += more.failed;
  count.caught += more.caught;
  count.retried += more.retried;
}

/** Returns a count of nothing. */
export function newStateCount(state: string): StateCount {
  return { state, current: 0, entered: 0, failed: 0, caught: 0, retried: 0 };
}

function runningRoot({ status, root }: Snapshot): Branch | Done | null {
  return status === 'RUNNING' ? root : null;
}

function hasFailed(branch: Branch | Done): branch is Branch {
  return !isDone(branch) && branch.failure !== undefined;
}

/** Snapshots share the branches that did not change: those are skipped without being read. */
function countDifference(
  counts: StateCounts,
  before: Branch | Done | null,
  after: Branch | Done | null,
): void {
  if (before === after) return;
  const left = before === null || isDone(before) ? null : before;
  const right = after === null || isDone(after) ? null : after;
  if (left?.state !== right?.state) {
    if (left !== null) countOf(counts, left.state).current -= 1;
    if (right !== null) countOf(counts, right.state).current += 1;
  }
  const leftChildren = childrenOf(left);
  const rightChildren = childrenOf(right);
  const length = Math.max(leftChildren.length, rightChildren.length);
  for (let index = 0; index < length; index++) {
    countDifference(counts, leftChildren[index] ?? null, rightChildren[index] ?? null);
  }
}

const none: readonly (Branch | Done)[] = Object.freeze([]);

function childrenOf(branch: Branch | null): readonly (Branch | Done)[] {
  return (branch === null ? undefined : listChildren(branch)) ?? none;
}

function countOf(counts: StateCounts, state: string): StateCount {
  for (const count of counts) if (count.state === state) return count;
  const count = newStateCount(state);
  counts.push(count);
  return count;
}
