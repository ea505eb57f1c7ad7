import {
  getMachine,
  getMachineGraph,
  listMachines,
  listMachineVersions,
  type MachineDetails,
  type MachineGraphDetails,
  type MachineSummary,
  type MachineVersionSummary,
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

  /** Lists up to `limit` versions of a machine, newest first. Throws UNKNOWN_MACHINE. */
  versions(id: string, limit = 100): Promise<MachineVersionSummary[]> {
    return listMachineVersions(this.#deps.context, id, limit);
  }

  /** Returns a machine's states and the edges between them. Throws UNKNOWN_MACHINE. */
  graph(id: string, version?: number): Promise<MachineGraphDetails> {
    return getMachineGraph(this.#deps.context, id, version);
  }
}
