/** Operations on machines and definitions, as an app carries them out. */

import type { JsonObject } from '../../asl/json/json.ts';
import { validateDefinition } from '../../asl/validate/aws-validation.ts';
import { isChildMachine } from '../../batch/map-run/map-run-batch.ts';
import { MillraceError } from '../../errors.ts';
import type { MachineRecord } from '../../ports/machine-store.ts';
import { taskTypeOf } from '../../roles/execution/task-machine.ts';
import type { machineOperations } from '../contract/machines.ts';
import type { AppOpener, Some } from './app-opener.ts';

/** See this file's head. */
export function machinesOf(open: AppOpener): Some<keyof typeof machineOperations> {
  return {
    listMachines: async () => {
      const machines = await (await open()).store.listMachines();
      return { machines: machines.filter(isAuthored).map(shown) };
    },
    getMachine: async ({ params: { machineId }, query: { version } }) => {
      const machine = await (await open()).store.getMachine(machineId, version);
      if (machine !== null) {
        return { ...shown(machine), definition: JSON.parse(machine.definition) as JsonObject };
      }
      const which = version === undefined ? '' : ` with the version ${version}`;
      throw new MillraceError(
        'UNKNOWN_MACHINE',
        `the store has no machine '${machineId}'${which}`,
        { fields: { machineId } },
      );
    },
    validateDefinition: async ({ body: { definition, ...options } }) =>
      validateDefinition(definition, options),
    testState: async ({ body }, { signal }) => (await open()).testState(body, signal),
  };
}

/** Machines of tasks and of a Map's children are made by the program. */
function isAuthored({ id }: MachineRecord): boolean {
  return taskTypeOf(id) === null && !isChildMachine(id);
}

function shown({ id, version, kind, createdAt }: MachineRecord) {
  return { id, version, type: kind, createdAt };
}
