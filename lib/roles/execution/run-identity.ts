/** The identity of a claimed execution, as its machine sees it. */
import { parseJson } from '../../asl/json/parse-json.ts';
import {
  type ExecutionIdentity,
  toExecutionArn,
  toExpressExecutionArn,
  toMachineArn,
} from '../../engine/execution-identity.ts';
import type { Machine } from '../../engine/machine.ts';
import type { ClaimedExecution } from '../../ports/store/claim-store.ts';

/** The fields of a claimed execution that make up its identity. */
export type NamedExecution = Pick<ClaimedExecution, 'id' | 'machineId' | 'name' | 'input'>;

/** Creates the identity, which is the same in every run of the execution. */
export function createIdentity(
  claimed: NamedExecution,
  machine: Pick<Machine, 'type'>,
): ExecutionIdentity {
  const { machineId, name, input } = claimed;
  return {
    arn: toArn(claimed, machine),
    name,
    input: parseJson(input),
    roleArn: '',
    machineArn: toMachineArn(machineId),
    machineName: machineId,
  };
}

/** Returns the execution's ARN. */
export function toArn(
  { id, machineId, name }: Omit<NamedExecution, 'input'>,
  { type }: Pick<Machine, 'type'>,
): string {
  return type === 'EXPRESS'
    ? toExpressExecutionArn(machineId, name, id)
    : toExecutionArn(machineId, name);
}
