/** The state machines of a store. */

import type { MachineType } from '../asl/definition.ts';
import type { JsonObject } from '../asl/json/json.ts';
import { isChildMachine } from '../batch/map-run/map-run-batch.ts';
import { MillraceError } from '../errors.ts';
import type { MachineRecord } from '../ports/store/machine-store.ts';
import { parseTaskType } from '../roles/execution/task-machine.ts';
import type { AppContext } from './app-context.ts';

/** One version of a state machine. */
export interface MachineSummary {
  readonly id: string;
  readonly version: number;
  readonly type: MachineType;
  /** Milliseconds since 1970. */
  readonly createdAt: number;
}

/** One version of a state machine with its definition. */
export interface MachineDetails extends MachineSummary {
  readonly definition: JsonObject;
}

/** Lists the newest version of each machine, by id. */
export async function listMachines({
  store,
}: Pick<AppContext, 'store'>): Promise<MachineSummary[]> {
  const machines = await store.listMachines();
  return machines.filter(isAuthored).map(toSummary);
}

/**
 * Returns a machine, in its newest version unless `version` is given.
 * @throws UNKNOWN_MACHINE
 */
export async function getMachine(
  { store }: Pick<AppContext, 'store'>,
  id: string,
  version?: number,
): Promise<MachineDetails> {
  const machine = await store.getMachine(id, version);
  if (machine !== null) {
    return { ...toSummary(machine), definition: JSON.parse(machine.definition) as JsonObject };
  }
  const which = version === undefined ? '' : ` with the version ${version}`;
  throw new MillraceError('UNKNOWN_MACHINE', `the store has no machine '${id}'${which}`, {
    fields: { machineId: id },
  });
}

/** Millrace itself writes the machines of custom tasks and of a Map's children. */
function isAuthored({ id }: MachineRecord): boolean {
  return parseTaskType(id) === null && !isChildMachine(id);
}

function toSummary({ id, version, kind, createdAt }: MachineRecord): MachineSummary {
  return { id, version, type: kind, createdAt };
}
