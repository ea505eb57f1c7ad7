/** The identity of a claimed execution, as its machine sees it. */
import { parseJson } from '../../asl/json/parse-json.ts';
import { type AwsScope, defaultScope } from '../../engine/arn/aws-scope.ts';
import {
  machineNameOf,
  toExecutionArn,
  toExpressExecutionArn,
  toGivenName,
  toMachineArn,
} from '../../engine/arn/make-arn.ts';
import type { ExecutionIdentity } from '../../engine/execution-identity.ts';
import type { Machine } from '../../engine/machine.ts';
import type { ClaimedExecution } from '../../ports/store/claim-store.ts';

/** The fields of a claimed execution that make up its identity. */
export type NamedExecution = Pick<ClaimedExecution, 'id' | 'machineId' | 'name' | 'input'>;

/**
 * Creates the identity, which is the same in every run of the execution.
 * @param scope the account and region of the store. @default {@link defaultScope}
 */
export function createIdentity(
  claimed: NamedExecution,
  machine: Pick<Machine, 'type' | 'roleArn'>,
  scope: AwsScope = defaultScope,
): ExecutionIdentity {
  const { machineId, name, input } = claimed;
  return {
    arn: toArn(claimed, machine, scope),
    name: toGivenName(name),
    input: parseJson(input),
    roleArn: machine.roleArn ?? '',
    machineArn: toMachineArn(scope, machineId),
    machineName: machineNameOf(machineId),
  };
}

/** Returns the execution's ARN. @param scope as in {@link createIdentity} */
export function toArn(
  { id, machineId, name }: Omit<NamedExecution, 'input'>,
  { type }: Pick<Machine, 'type'>,
  scope: AwsScope = defaultScope,
): string {
  return type === 'EXPRESS'
    ? toExpressExecutionArn(scope, machineId, name, id)
    : toExecutionArn(scope, machineId, name);
}
