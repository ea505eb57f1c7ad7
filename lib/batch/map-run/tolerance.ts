/** How many failed items a map run tolerates. */
import { ErrorName } from '../../asl/state-error.ts';
import type { ToleratedFailures } from '../../engine/map-run/map-run-spec.ts';
import { MapRunFailure } from './map-run-failure.ts';

/** Items of a run so far. A failed batch of items fails all of its items. */
export interface ItemCounts {
  readonly failed: number;
  /** Null until all items are read: a percentage is not checked before. */
  readonly total: number | null;
}

/** Whether more items have failed than either limit allows; without limits, none may fail. */
export function exceedsTolerated(
  { failed, total }: ItemCounts,
  { count, percentage }: ToleratedFailures,
): boolean {
  if (count === null && percentage === null) return failed > 0;
  if (count !== null && failed > count) return true;
  return percentage !== null && total !== null && failed * 100 > percentage * total;
}

/** Creates the failure of a run in which too many items failed. */
export function toleranceFailure(): MapRunFailure {
  return new MapRunFailure(
    ErrorName.exceedToleratedFailureThreshold,
    'The specified tolerated failure threshold was exceeded',
  );
}
