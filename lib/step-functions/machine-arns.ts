/** Reads the ARNs of machines, versions and aliases in requests. */
import {
  type MachineTarget,
  toMachineTarget,
} from '../operations/state-machines/machine-target.ts';
import { machineDoesNotExist } from './errors.ts';
import type { OperationContext } from './operation-context.ts';
import { readRequestedArn } from './requested-arn.ts';
import { ServiceError } from './service-error.ts';

/** Returns the machine, version or alias that an ARN names. Throws StateMachineDoesNotExist. */
export function requireTarget(arn: string, { scope }: OperationContext): MachineTarget {
  const target = findTarget(arn, { scope });
  if (target === null) throw machineDoesNotExist(arn);
  return target;
}

/** As {@link requireTarget}; null for an ARN of another account or region. */
export function findTarget(
  arn: string,
  { scope }: Pick<OperationContext, 'scope'>,
): MachineTarget | null {
  const subject = readRequestedArn(arn, scope, 'stateMachine');
  if (subject === null) return null;
  if (subject.label !== null) {
    const message = `State Machine ARN must not name a Distributed Map state: '${arn}'`;
    throw new ServiceError('ValidationException', message);
  }
  return toMachineTarget(subject.machine, subject.qualifier);
}

/**
 * Returns the name of the machine that an ARN without a version or alias names; null for one of
 * another account or region. Throws ValidationException for the ARN of a version or an alias.
 */
export function findMachineName(
  arn: string,
  { scope }: Pick<OperationContext, 'scope'>,
): string | null {
  const target = findTarget(arn, { scope });
  if (target === null) return null;
  if (target.qualifier === null) return target.name;
  const message = `State Machine ARN must not name a version or an alias: '${arn}'`;
  throw new ServiceError('ValidationException', message);
}

/** As {@link findMachineName}. Throws StateMachineDoesNotExist. */
export function requireMachineName(arn: string, context: OperationContext): string {
  const name = findMachineName(arn, context);
  if (name === null) throw machineDoesNotExist(arn);
  return name;
}
