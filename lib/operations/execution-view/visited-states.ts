import type { FoldedVisit } from '../../engine/visits/folded-visit.ts';
import { requireExecution } from '../find-execution.ts';
import type { VisitContext } from './visits.ts';

/** How the visits of one state stand, at all places. */
export interface VisitedState {
  readonly name: string;
  readonly succeeded: number;
  readonly caught: number;
  /** Includes those that were aborted. */
  readonly failed: number;
  readonly open: number;
  /** The newest error; null without one. */
  readonly error: string | null;
}

/** The states that an execution has visited. */
export interface VisitedStates {
  readonly executionId: string;
  readonly machineId: string;
  readonly machineVersion: number;
  /** In the order of their first visits. */
  readonly states: readonly VisitedState[];
}

/**
 * Returns the states that an execution has visited, and how often. An EXPRESS machine has none.
 * @throws UNKNOWN_EXECUTION
 */
export async function getVisitedStates(
  context: VisitContext,
  name: string,
): Promise<VisitedStates> {
  const execution = await requireExecution(context, name);
  const { fold } = await context.folds.fold(execution);
  const byState = Map.groupBy(fold.tree.visits, ({ state }) => state);
  const { id: executionId, machineId, machineVersion } = execution;
  const states = [...byState].map(([state, visits]) => countVisits(state, visits));
  return { executionId, machineId, machineVersion, states };
}

function countVisits(name: string, visits: readonly FoldedVisit[]): VisitedState {
  const count = (...statuses: FoldedVisit['status'][]) =>
    visits.filter(({ status }) => statuses.includes(status)).length;
  return {
    name,
    succeeded: count('SUCCEEDED'),
    caught: count('CAUGHT'),
    failed: count('FAILED', 'ABORTED'),
    open: count('OPEN'),
    error: visits.findLast(({ error }) => error !== null)?.error ?? null,
  };
}
