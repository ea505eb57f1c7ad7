/** The visits of a run, as users see them. */
import {
  findOpenBranches,
  type ListedVisit,
  toListedVisit,
} from '../../lib/engine/visits/listed-visit.ts';
import { VisitFold } from '../../lib/engine/visits/visit-fold.ts';
import type { Run } from './run-machine.ts';

/** Folds the history of a run. */
export function foldOf({ history }: Run): VisitFold {
  const fold = new VisitFold();
  fold.add(history);
  return fold;
}

/** Returns the visits of a run at one place, or those that failed at any. */
export function visitsOf(ran: Run, place: string | 'failed' = ''): ListedVisit[] {
  const { tree } = foldOf(ran);
  const visits =
    place === 'failed'
      ? tree.visits.filter(({ status }) => status === 'FAILED')
      : tree.listPlace(place);
  return visits.map((visit) => toListedVisit(visit, findOpenBranches(ran.snapshot)));
}
