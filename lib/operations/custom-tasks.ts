/** The machines of custom tasks, recorded when their type is first enqueued. */
import { MillraceError } from '../errors.ts';
import type { MachineStore } from '../ports/machine-store.ts';
import { taskDefinition, taskMachineId, taskTypeFault } from '../roles/execution/task-machine.ts';
import type { RegisteredMachine } from './machine-registry.ts';

/** See this file's head. */
export class CustomTasks {
  readonly #store: Pick<MachineStore, 'putMachine'>;
  readonly #machines = new Map<string, RegisteredMachine>();

  constructor(store: Pick<MachineStore, 'putMachine'>) {
    this.#store = store;
  }

  /** The machine of the tasks of `type`; throws INVALID_ARGUMENT for a type that cannot be. */
  async machine(type: string): Promise<RegisteredMachine> {
    const known = this.#machines.get(type);
    if (known !== undefined) return known;
    const fault = taskTypeFault(type);
    if (fault !== null) throw new MillraceError('INVALID_ARGUMENT', fault);
    const definition = taskDefinition(type);
    const text = JSON.stringify(definition);
    const record = await this.#store.putMachine(taskMachineId(type), 'EXPRESS', text);
    const machine = { record, definition };
    this.#machines.set(type, machine);
    return machine;
  }
}
