/**
 * The compiled machines that a process runs, by id and version, each compiled once and kept while
 * it is in use.
 */
import type { MachineDefinition } from '../../asl/definition.ts';
import { durationMsMax, type EngineLimits } from '../../engine/limits.ts';
import { compileMachine, type Machine } from '../../engine/machine.ts';
import { MillraceError } from '../../errors.ts';
import type { MachineStore } from '../../ports/machine-store.ts';
import { taskTypeOf } from './task-machine.ts';

/** Compiled machines kept at most; the one longest unused goes first. */
const keptMax = 256;

export class MachineCatalog {
  readonly #store: Pick<MachineStore, 'getMachine'>;
  readonly #limits: Partial<EngineLimits>;
  readonly #kept = new Map<string, Promise<Machine>>();

  constructor(store: Pick<MachineStore, 'getMachine'>, limits: Partial<EngineLimits> = {}) {
    this.#store = store;
    this.#limits = limits;
  }

  /** The machine, compiled. Throws UNKNOWN_MACHINE when the store has no such version. */
  get(id: string, version: number): Promise<Machine> {
    const key = `${version} ${id}`;
    const machine = this.#kept.get(key) ?? this.#load(key, id, version);
    this.#kept.delete(key);
    this.#kept.set(key, machine);
    return machine;
  }

  async #load(key: string, id: string, version: number): Promise<Machine> {
    try {
      const record = await this.#store.getMachine(id, version);
      if (record === null) {
        throw new MillraceError(
          'UNKNOWN_MACHINE',
          `the store has no version ${version} of the state machine '${id}'`,
          { fields: { machineId: id, machineVersion: version } },
        );
      }
      this.#dropOldest();
      // Validated when it was recorded; a version runs to its end even when a later Millrace is
      // stricter.
      const definition = JSON.parse(record.definition) as MachineDefinition;
      return compileMachine(definition, this.#limitsOf(id), record.kind);
    } catch (error) {
      this.#kept.delete(key);
      throw error;
    }
  }

  /** The five minutes of EXPRESS machines are AWS's; a custom task takes the time it takes. */
  #limitsOf(id: string): Partial<EngineLimits> {
    return taskTypeOf(id) === null
      ? this.#limits
      : { ...this.#limits, expressMsMax: durationMsMax };
  }

  #dropOldest(): void {
    if (this.#kept.size < keptMax) return;
    const [oldest] = this.#kept.keys();
    if (oldest !== undefined) this.#kept.delete(oldest);
  }
}
