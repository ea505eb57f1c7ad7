/** Makes the ARNs of machines, versions, aliases, executions, map runs and activities. Pure. */
import type { AwsScope } from './aws-scope.ts';

/**
 * Returns the name of the machine with this id: an id is the name, followed by `~2`, `~3` … when
 * earlier machines of the name were deleted.
 */
export function machineNameOf(machineId: string): string {
  return machineId.replace(/~\d+(?=\/|$)/, '');
}

/** Returns the ARN of the machine with this id. */
export function toMachineArn(scope: AwsScope, machineId: string): string {
  return `${prefix(scope)}:stateMachine:${machineNameOf(machineId)}`;
}

/** Returns the ARN of a published version or of an alias of a machine. */
export function toQualifiedArn(
  scope: AwsScope,
  machineId: string,
  qualifier: number | string,
): string {
  return `${toMachineArn(scope, machineId)}:${qualifier}`;
}

/** Returns the ARN of the run `id` of a distributed Map with this label. */
export function toMapRunArn(machineArn: string, label: string, id: string): string {
  return `${machineArn.replace(':stateMachine:', ':mapRun:')}/${label}:${id}`;
}

/** Returns the ARN of the execution `name` of the machine `machineId`. */
export function toExecutionArn(scope: AwsScope, machineId: string, name: string): string {
  return `${prefix(scope)}:execution:${machineNameOf(machineId)}:${name}`;
}

/**
 * Returns the ARN of an execution of the EXPRESS machine `machineId`, where the name may repeat and
 * `id` is unique.
 */
export function toExpressExecutionArn(
  scope: AwsScope,
  machineId: string,
  name: string,
  id: string,
): string {
  return `${prefix(scope)}:express:${machineNameOf(machineId)}:${toGivenName(name)}:${id}`;
}

/** Returns the ARN of the activity `name`. */
export function toActivityArn(scope: AwsScope, name: string): string {
  return `${prefix(scope)}:activity:${name}`;
}

/**
 * Returns the name under which an execution is recorded whose name need not be unique: no name
 * contains a colon, so none is equal to it.
 */
export function toRepeatableName(name: string, executionId: string): string {
  return `${name}:${executionId}`;
}

/** Returns the name that the caller gave, from the one that is recorded. */
export function toGivenName(recordedName: string): string {
  const colon = recordedName.indexOf(':');
  return colon < 0 ? recordedName : recordedName.slice(0, colon);
}

function prefix({ partition, region, account }: AwsScope): string {
  return `arn:${partition}:states:${region}:${account}`;
}
