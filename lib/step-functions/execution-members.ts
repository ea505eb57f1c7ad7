/** The members of answers that describe an execution. */
import { isChildMachine } from '../batch/map-run/map-run-batch.ts';
import { toGivenName, toMachineArn, toQualifiedArn } from '../engine/arn/make-arn.ts';
import { type ExecutionStatus, isEnd } from '../engine/status.ts';
import type { ExecutionListEntry } from '../ports/store/machines/execution-list-store.ts';
import type { OperationContext } from './operation-context.ts';
import { toEpochSeconds } from './protocol.ts';

/** What is known of an execution in a list, and of one that is described. */
export type ShownExecution = Pick<
  ExecutionListEntry,
  | 'machineId'
  | 'name'
  | 'status'
  | 'createdAt'
  | 'endedAt'
  | 'versionNumber'
  | 'alias'
  | 'redrives'
  | 'redrivenAt'
>;

/** Returns the members that lists and descriptions share. */
export function showExecution(execution: ShownExecution, { scope }: OperationContext): object {
  const { machineId, versionNumber, alias, redrivenAt, endedAt } = execution;
  const status = shownStatus(execution);
  return {
    stateMachineArn: toMachineArn(scope, machineId),
    name: toGivenName(execution.name),
    status,
    startDate: toEpochSeconds(execution.createdAt),
    ...(endedAt !== null && isEnd(execution.status) && { stopDate: toEpochSeconds(endedAt) }),
    ...(versionNumber !== null && {
      stateMachineVersionArn: toQualifiedArn(scope, machineId, versionNumber),
    }),
    ...(alias !== null && { stateMachineAliasArn: toQualifiedArn(scope, machineId, alias) }),
    redriveCount: execution.redrives,
    ...(redrivenAt !== null && { redriveDate: toEpochSeconds(redrivenAt) }),
  };
}

/** A status that Step Functions shows. */
export type ShownStatus = Exclude<ExecutionStatus, 'PENDING'>;

/** What has begun is RUNNING from its start; only children of map runs wait to be redriven. */
function shownStatus({ status, machineId }: ShownExecution): ShownStatus {
  if (status === 'PENDING') return 'RUNNING';
  if (status === 'PENDING_REDRIVE' && !isChildMachine(machineId)) return 'RUNNING';
  return status;
}

/** Returns the statuses that a filter stands for. */
export function statusesOfFilter(
  filter: ShownStatus,
  isMapRun: boolean,
): readonly ExecutionStatus[] {
  if (filter !== 'RUNNING') return [filter];
  return isMapRun ? ['PENDING', 'RUNNING'] : ['PENDING', 'RUNNING', 'PENDING_REDRIVE'];
}
