/** The statuses of executions, with AWS's names wherever AWS has one. */

/** Every status that an execution can have. */
export const executionStatuses = Object.freeze([
  'PENDING',
  'RUNNING',
  'SUCCEEDED',
  'FAILED',
  'TIMED_OUT',
  'ABORTED',
  'PENDING_REDRIVE',
] as const);

/** The status of an execution. */
export type ExecutionStatus = (typeof executionStatuses)[number];

/** The statuses that an execution ends in. */
export type EndStatus = 'SUCCEEDED' | 'FAILED' | 'TIMED_OUT' | 'ABORTED';

const endStatuses: ReadonlySet<ExecutionStatus> = new Set<ExecutionStatus>([
  'SUCCEEDED',
  'FAILED',
  'TIMED_OUT',
  'ABORTED',
]);

/** Whether an execution in `status` has ended. */
export function isEnd(status: ExecutionStatus): status is EndStatus {
  return endStatuses.has(status);
}
