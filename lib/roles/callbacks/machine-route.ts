/** Which revision of a machine of the store a nested execution runs on. */
import type { MachineType } from '../../asl/definition.ts';
import { chooseRoute } from '../../batch/choose-route.ts';
import type { AliasStore } from '../../ports/store/machines/alias-store.ts';
import type { PublishedVersionStore } from '../../ports/store/machines/published-version-store.ts';
import type { StateMachineStore } from '../../ports/store/machines/state-machine-store.ts';
import { startExecutionFailure } from './start-execution-parameters.ts';

/** Where machines, versions and aliases are looked up. */
export type RouteStore = Pick<StateMachineStore, 'findStateMachine'> &
  Pick<PublishedVersionStore, 'getPublishedVersion'> &
  Pick<AliasStore, 'getAlias'>;

/** What a new execution is recorded with. */
export interface MachineRoute {
  readonly machineId: string;
  readonly machineVersion: number;
  readonly type: MachineType;
  readonly versionNumber?: number;
  readonly alias?: string;
}

/** A machine by its name, and what follows the name in its ARN; null for nothing. */
export interface NamedMachine {
  readonly name: string;
  readonly qualifier: string | null;
}

/**
 * Finds the revision that an execution with this id is to run on. Throws the failures of
 * StartExecution.
 */
export async function routeMachine(
  store: RouteStore,
  { name, qualifier }: NamedMachine,
  executionId: string,
): Promise<MachineRoute> {
  const machine = await store.findStateMachine(name);
  if (machine === null) throw doesNotExist(name);
  if (machine.status === 'DELETING') {
    const cause = `State Machine is being deleted: '${name}'`;
    throw startExecutionFailure('StateMachineDeletingException', cause);
  }
  const { id, kind, current } = machine;
  if (qualifier === null) {
    return { machineId: id, machineVersion: current.version, type: kind };
  }
  const isNumber = /^[1-9]\d{0,8}$/.test(qualifier);
  const alias = isNumber ? null : await store.getAlias(id, qualifier);
  const number = isNumber
    ? Number(qualifier)
    : alias === null
      ? null
      : chooseRoute(alias.routes, executionId);
  const version = number === null ? null : await store.getPublishedVersion(id, number);
  if (version === null) throw doesNotExist(`${name}:${qualifier}`);
  return {
    machineId: id,
    machineVersion: version.revision,
    type: kind,
    versionNumber: version.number,
    ...(alias !== null && { alias: alias.name }),
  };
}

/** Creates the failure of a start whose machine is not there. */
function doesNotExist(machine: string) {
  return startExecutionFailure(
    'StateMachineDoesNotExistException',
    `State Machine Does Not Exist: '${machine}'`,
  );
}
