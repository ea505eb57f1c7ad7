/** Who a claimed execution is, to the machine that it runs on. */
import type { Json } from '../../asl/json/json.ts';
import {
  type ExecutionIdentity,
  executionArn,
  expressExecutionArn,
  machineArn,
} from '../../engine/execution-identity.ts';
import type { Machine } from '../../engine/machine.ts';
import type { ClaimedExecution } from '../../ports/execution-store.ts';

/** What of a claimed execution makes its identity. */
export type Named = Pick<ClaimedExecution, 'id' | 'machineId' | 'name' | 'input'>;

/** The identity, the same in every run of the execution. */
export function identityOf(claimed: Named, machine: Pick<Machine, 'type'>): ExecutionIdentity {
  const { machineId, name, input } = claimed;
  return {
    arn: arnOf(claimed, machine),
    name,
    input: JSON.parse(input) as Json,
    roleArn: '',
    machineArn: machineArn(machineId),
    machineName: machineId,
  };
}

/** The execution's ARN. */
export function arnOf(
  { id, machineId, name }: Omit<Named, 'input'>,
  { type }: Pick<Machine, 'type'>,
): string {
  return type === 'EXPRESS'
    ? expressExecutionArn(machineId, name, id)
    : executionArn(machineId, name);
}
