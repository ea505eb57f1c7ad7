/** A batch as the API shows it, and what follows from its counters. Pure. */
import type { ApiReply } from '../../../../lib/api/contract/contract.ts';

/** A batch. */
export type Batch = ApiReply<'getBatch'>;

/** How many executions have ended, and how. */
export interface BatchCounts {
  readonly ended: number;
  readonly failed: number;
  readonly open: number;
}

/** Returns the counts of a batch. */
export function countsOf({ created, succeeded, failed, timedOut, aborted }: Batch): BatchCounts {
  const unsuccessful = failed + timedOut + aborted;
  const ended = succeeded + unsuccessful;
  return { ended, failed: unsuccessful, open: created - ended };
}

/** The statuses of executions that ended without success. */
export const failedStatuses = ['FAILED', 'TIMED_OUT', 'ABORTED'] as const;
