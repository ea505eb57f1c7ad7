import type { Json } from '../asl/json/json.ts';

/**
 * The constant part of an execution, which `$$.Execution` and `$$.StateMachine` show. Passed to
 * every transition together with the snapshot.
 */
export interface ExecutionIdentity {
  /** `$$.Execution.Id`: an ARN, see {@link toExecutionArn}. */
  readonly arn: string;
  /** `$$.Execution.Name`, unique within its machine. */
  readonly name: string;
  readonly input: Json;
  readonly roleArn: string;
  /** `$$.StateMachine.Id`. */
  readonly machineArn: string;
  readonly machineName: string;
}

/** The account and region in ARNs outside AWS. */
const localScope = Object.freeze({
  partition: 'aws',
  region: 'local',
  account: '000000000000',
});

/** Returns the ARN of the machine with this id. */
export function toMachineArn(machineId: string, scope: typeof localScope = localScope): string {
  return `arn:${scope.partition}:states:${scope.region}:${scope.account}:stateMachine:${machineId}`;
}

/** Returns the ARN of the run `id` of a distributed Map with this label. */
export function toMapRunArn(machineArn: string, label: string, id: string): string {
  return `${machineArn.replace(':stateMachine:', ':mapRun:')}/${label}:${id}`;
}

/** Returns the ARN of the execution `name` of the machine `machineId`. */
export function toExecutionArn(
  machineId: string,
  name: string,
  scope: typeof localScope = localScope,
): string {
  return `arn:${scope.partition}:states:${scope.region}:${scope.account}:execution:${machineId}:${name}`;
}

/**
 * Returns the ARN of an execution of the EXPRESS machine `machineId`, where the name may repeat and
 * `id` is unique.
 */
export function toExpressExecutionArn(
  machineId: string,
  name: string,
  id: string,
  scope: typeof localScope = localScope,
): string {
  return `arn:${scope.partition}:states:${scope.region}:${scope.account}:express:${machineId}:${name}:${id}`;
}

const executionArnShape = /^arn:[^:]+:states:[^:]*:[^:]*:execution:([^:]+):([^:]+)$/;

/** Parses the ARN of a STANDARD execution; undefined when `arn` is anything else. */
export function parseExecutionArn(arn: string): { machineId: string; name: string } | undefined {
  const [, machineId, name] = executionArnShape.exec(arn) ?? [];
  return machineId === undefined || name === undefined ? undefined : { machineId, name };
}
