import { MillraceError } from '../../errors.ts';
import type { MachineStore } from '../../ports/store/machine-store.ts';
import {
  createTaskDefinition,
  findTaskTypeProblem,
  toTaskMachineId,
} from '../../roles/execution/task-machine.ts';
import type { RegisteredMachine } from '../machine-registry.ts';

/** Provides the machines of custom tasks, each recorded when its type is first enqueued. */
export class CustomTasks {
  readonly #store: Pick<MachineStore, 'putMachine'>;
  readonly #machines = new Map<string, RegisteredMachine>();

  constructor(store: Pick<MachineStore, 'putMachine'>) {
    this.#store = store;
  }

  /** Returns the machine that runs tasks of `type`; throws INVALID_ARGUMENT for a bad type. */
  async machine(type: string): Promise<RegisteredMachine> {
    const known = this.#machines.get(type);
    if (known !== undefined) return known;
    const fault = findTaskTypeProblem(type);
    if (fault !== null) throw new MillraceError('INVALID_ARGUMENT', fault);
    const definition = createTaskDefinition(type);
    const text = JSON.stringify(definition);
    const record = await this.#store.putMachine(toTaskMachineId(type), 'EXPRESS', text);
    const machine = { record, definition };
    this.#machines.set(type, machine);
    return machine;
  }
}
