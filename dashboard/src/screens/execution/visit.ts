/** Visits of states as the API lists them. */
import type { ApiReply } from '../../../../lib/api/contract/contract.ts';

/** One visit of a state. */
export type Visit = ApiReply<'listVisits'>['visits'][number];

/** An execution with its details. */
export type Execution = ApiReply<'getExecution'>;

/** Whether a visit has not ended. */
export function isOpenVisit({ status }: Pick<Visit, 'status'>): boolean {
  return status === 'RUNNING' || status === 'WAITING' || status === 'RETRYING';
}

/** Whether an execution has ended, so that it changes no more. */
export function hasEnded({ endedAt }: Pick<Execution, 'endedAt'>): boolean {
  return endedAt !== null;
}
