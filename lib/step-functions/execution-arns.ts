/** Finds the executions and map runs that requests name. */
import type { MachineType } from '../asl/definition.ts';
import { isChildMachine } from '../batch/map-run/map-run-batch.ts';
import type { AwsScope } from '../engine/arn/aws-scope.ts';
import { toExecutionArn, toExpressExecutionArn } from '../engine/arn/make-arn.ts';
import { findExecutionOfArn } from '../operations/state-machines/find-execution-of-arn.ts';
import type { ExecutionRecord } from '../ports/store/execution-store.ts';
import { executionDoesNotExist, resourceNotFound } from './errors.ts';
import type { OperationContext } from './operation-context.ts';
import { invalidArn, readRequestedArn } from './requested-arn.ts';

/** Which executions an operation knows besides STANDARD ones. */
interface KnownExecutions {
  /** Whether it knows the EXPRESS children of map runs. @default false */
  readonly expressChildren?: boolean;
}

/** Returns the execution that an ARN names. Throws InvalidArn or ExecutionDoesNotExist. */
export async function requireExecutionOfArn(
  arn: string,
  { context, scope }: OperationContext,
  { expressChildren = false }: KnownExecutions = {},
): Promise<ExecutionRecord> {
  const subject = readRequestedArn(arn, scope, 'execution', 'express');
  const isKnown =
    subject === null ||
    subject.kind === 'execution' ||
    (expressChildren && isChildMachine(subject.machine));
  if (!isKnown) throw invalidArn('Resource type not valid in this context: express');
  const found = subject === null ? null : await findExecutionOfArn(context, subject);
  if (found === null) throw executionDoesNotExist(arn);
  return found;
}

/** Returns the id of the batch that is the map run of an ARN. Throws ResourceNotFound. */
export function requireMapRunId(arn: string, { scope }: OperationContext): string {
  const subject = readRequestedArn(arn, scope, 'mapRun');
  if (subject === null) throw resourceNotFound(arn);
  return subject.id;
}

/** Returns the ARN of an execution of a machine of this type. */
export function executionArnOf(
  scope: AwsScope,
  { id, machineId, name }: Pick<ExecutionRecord, 'id' | 'machineId' | 'name'>,
  type: MachineType,
): string {
  return type === 'EXPRESS'
    ? toExpressExecutionArn(scope, machineId, name, id)
    : toExecutionArn(scope, machineId, name);
}
