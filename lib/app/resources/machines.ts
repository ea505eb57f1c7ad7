import {
  type AliasRequest,
  createAlias,
  deleteAlias,
  listAliases,
  updateAlias,
} from '../../operations/aliases/aliases.ts';
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
import {
  deleteVersion,
  listVersions,
  type PublishRequest,
  publishVersion,
} from '../../operations/versions/versions.ts';
import type { MachineAlias } from '../../ports/store/machines/alias-store.ts';
import type { PublishedVersion } from '../../ports/store/machines/published-version-store.ts';
import type { Page, PageRequest } from '../../ports/store/page.ts';
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

  /** Lists the published versions of a machine, newest first. Throws UNKNOWN_MACHINE. */
  published(machine: string, page: PageRequest = firstPage): Promise<Page<PublishedVersion>> {
    return listVersions(this.#deps.context, machine, page);
  }

  /**
   * Publishes the current definition of a machine under the next number; publishing it again
   * returns the same one. `order:3` then names it, for starts and batches. Throws UNKNOWN_MACHINE,
   * CONFLICT or LIMIT_EXCEEDED.
   */
  publish(machine: string, request: PublishRequest = {}): Promise<PublishedVersion> {
    return publishVersion(this.#deps.context, machine, request);
  }

  /** Deletes a published version. Throws CONFLICT while an alias names it. */
  deletePublished(machine: string, number: number): Promise<void> {
    return deleteVersion(this.#deps.context, machine, number);
  }

  /** Lists the aliases of a machine, oldest first. Throws UNKNOWN_MACHINE. */
  aliases(machine: string, page: PageRequest = firstPage): Promise<Page<MachineAlias>> {
    return listAliases(this.#deps.context, machine, page);
  }

  /**
   * Creates an alias, which routes new executions of `order:live` to one or two published versions.
   * Throws UNKNOWN_MACHINE, UNKNOWN_VERSION, INVALID_ARGUMENT, CONFLICT or LIMIT_EXCEEDED.
   */
  createAlias(machine: string, request: AliasRequest): Promise<MachineAlias> {
    return createAlias(this.#deps.context, machine, request);
  }

  /**
   * Changes where an alias routes new executions. A batch of the alias follows for its items that
   * have no execution yet. Throws UNKNOWN_ALIAS, UNKNOWN_VERSION or INVALID_ARGUMENT.
   */
  updateAlias(
    machine: string,
    alias: string,
    change: Partial<Omit<AliasRequest, 'name'>>,
  ): Promise<MachineAlias> {
    return updateAlias(this.#deps.context, machine, alias, change);
  }

  /** Deletes an alias; does nothing when it is not there. */
  deleteAlias(machine: string, alias: string): Promise<void> {
    return deleteAlias(this.#deps.context, machine, alias);
  }
}

const firstPage: PageRequest = Object.freeze({ limit: 100 });
