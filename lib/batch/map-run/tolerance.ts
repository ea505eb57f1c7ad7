/** How many failures a map run bears. Pure. */
import { ErrorName } from '../../asl/state-error.ts';
import type { ToleratedFailures } from '../../engine/map-run/map-run-spec.ts';
import { MapRunFailure } from './map-run-failure.ts';

/** What a run has come to so far, in items: a failed batch fails all of its items. */
export interface RunTally {
  readonly failed: number;
  /** Null until all items are read: a share of them is not judged before. */
  readonly total: number | null;
}

/** Whether more have failed than either limit bears; without limits, one is too many. */
export function exceedsTolerated(
  { failed, total }: RunTally,
  { count, percentage }: ToleratedFailures,
): boolean {
  if (count === null && percentage === null) return failed > 0;
  if (count !== null && failed > count) return true;
  return percentage !== null && total !== null && failed * 100 > percentage * total;
}

/** What a run fails with whose tolerated failures are exceeded. */
export function toleranceFailure(): MapRunFailure {
  return new MapRunFailure(
    ErrorName.exceedToleratedFailureThreshold,
    'The specified tolerated failure threshold was exceeded',
  );
}
