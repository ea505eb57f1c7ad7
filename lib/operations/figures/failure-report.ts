/** The failures of a batch by error and state. */
import type { FailureFigures } from '../../ports/store/figures/figure-queries.ts';
import { otherErrors } from '../../ports/store/figures/step-figures.ts';
import { toBatchScope } from '../../roles/execution/figures/figure-scope.ts';
import type { AppContext } from '../app-context.ts';
import { requireOtherId } from '../batches/find-batch.ts';

/** The most frequent failures of a batch, and how many others there are. */
export interface BatchFailures {
  /** The most frequent first. */
  readonly rows: readonly FailureFigures[];
  /** Failures that are in none of the rows. */
  readonly other: number;
}

/**
 * Reports the ends without success of a batch, by error and by the innermost state that they
 * happened in. Ends that were redriven since are counted, too.
 * @param id its id, its name or `latest`
 * @throws UNKNOWN_BATCH
 */
export async function getBatchFailures(
  context: Pick<AppContext, 'store'>,
  id: string,
  limit: number,
): Promise<BatchFailures> {
  const { rows, total, isKnown } = await context.store.readFailures(toBatchScope(id), limit);
  if (!isKnown) return getBatchFailures(context, await requireOtherId(context, id), limit);
  const named = rows.filter(({ error }) => error !== otherErrors);
  return { rows: named, other: named.reduce((rest, { count }) => rest - count, total) };
}
