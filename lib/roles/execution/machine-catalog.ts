import type { MachineDefinition } from '../../asl/definition.ts';
import { parseWrittenJson } from '../../asl/json/parse-json.ts';
import { isChildMachine } from '../../batch/map-run/map-run-batch.ts';
import { compileMachine } from '../../engine/compile-machine.ts';
import type { LoggingConfiguration } from '../../engine/execution-log-event.ts';
import { durationMsMax, type EngineLimits } from '../../engine/limits.ts';
import type { Machine } from '../../engine/machine.ts';
import { MillraceError } from '../../errors.ts';
import type { MachineStore } from '../../ports/store/machine-store.ts';
import type {
  MachineRevision,
  StateMachineStore,
} from '../../ports/store/machines/state-machine-store.ts';
import { parseTaskType } from './task-machine.ts';

/** Maximum number of compiled machines; the least recently used one is dropped first. */
const machinesMax = 256;

/**
 * Maximum length of their definitions together, in characters: a compiled expression may take a
 * hundred times the memory of its text.
 */
const definitionCharsMax = 4_194_304;

/** Where the catalog finds machines. */
type CatalogStore = Pick<StateMachineStore, 'getRevision'> & Pick<MachineStore, 'getMachine'>;

/** Compiles the machines that a process runs, each version once, and caches them. */
export class MachineCatalog {
  readonly #store: CatalogStore;
  readonly #limits: Partial<EngineLimits>;
  /** By version and id, least recently used first. */
  readonly #machines = new Map<string, Promise<Machine>>();
  /** Lengths of the definitions of machines that are compiled, by the same keys. */
  readonly #lengths = new Map<string, number>();

  constructor(store: CatalogStore, limits: Partial<EngineLimits> = {}) {
    this.#store = store;
    this.#limits = limits;
  }

  /** Returns the compiled machine. Throws UNKNOWN_MACHINE when the store has no such version. */
  get(id: string, version: number): Promise<Machine> {
    const key = `${version} ${id}`;
    const machine = this.#machines.get(key) ?? this.#load(key, id, version);
    this.#machines.delete(key);
    this.#machines.set(key, machine);
    return machine;
  }

  async #load(key: string, id: string, version: number): Promise<Machine> {
    try {
      const record = await this.#store.getRevision(id, version);
      if (record === null) {
        throw new MillraceError(
          'UNKNOWN_MACHINE',
          `the store has no version ${version} of the state machine '${id}'`,
          { fields: { machineId: id, machineVersion: version } },
        );
      }
      this.#lengths.set(key, record.definition.length);
      this.#dropOldest();
      // Not validated again: a recorded version keeps running even when a later Millrace is
      // stricter.
      const definition = parseWrittenJson(record.definition) as object as MachineDefinition;
      const machine = compileMachine(definition, this.#resolveLimits(id), record.kind);
      return { ...machine, ...readSettings((await this.#findParent(id)) ?? record) };
    } catch (error) {
      this.#machines.delete(key);
      this.#lengths.delete(key);
      throw error;
    }
  }

  /** The children of a distributed Map have the role and the logging of its machine. */
  async #findParent(id: string): Promise<MachineRevision | null> {
    if (!isChildMachine(id)) return null;
    const parentId = id.slice(0, id.indexOf('/'));
    const newest = await this.#store.getMachine(parentId);
    return newest === null ? null : await this.#store.getRevision(parentId, newest.version);
  }

  /** A custom task is not bound to the five minutes that AWS gives EXPRESS machines. */
  #resolveLimits(id: string): Partial<EngineLimits> {
    return parseTaskType(id) === null
      ? this.#limits
      : { ...this.#limits, expressMsMax: durationMsMax };
  }

  #dropOldest(): void {
    const total = () => [...this.#lengths.values()].reduce((sum, length) => sum + length, 0);
    for (const oldest of this.#machines.keys()) {
      const isFull = this.#machines.size >= machinesMax || total() > definitionCharsMax;
      if (!isFull || this.#machines.size === 1) return;
      this.#machines.delete(oldest);
      this.#lengths.delete(oldest);
    }
  }
}

/** A revision of the API has its own role and logging; others have those of the configuration. */
function readSettings({ roleArn, logging }: MachineRevision): Pick<Machine, 'roleArn' | 'logging'> {
  return {
    ...(roleArn !== '' && { roleArn }),
    ...(logging !== null && { logging: JSON.parse(logging) as LoggingConfiguration }),
  };
}
