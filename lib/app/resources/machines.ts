import {
  getMachine,
  listMachines,
  type MachineDetails,
  type MachineSummary,
} from '../../operations/machines.ts';
import type { ResourceDeps } from './resource-deps.ts';

/** The state machines of an app's store: `app.machines`. */
export class Machines {
  readonly #deps: ResourceDeps;

  constructor(deps: ResourceDeps) {
    this.#deps = deps;
  }

  /** Lists the newest version of each machine, by id. */
  list(): Promise<MachineSummary[]> {
    return listMachines(this.#deps.context);
  }

  /** Returns a machine with its definition, the newest by default. Throws UNKNOWN_MACHINE. */
  get(id: string, version?: number): Promise<MachineDetails> {
    return getMachine(this.#deps.context, id, version);
  }
}
