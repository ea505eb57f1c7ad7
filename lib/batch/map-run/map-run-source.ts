/**
 * The children of a map run as the source of its batch. What their inputs are made of besides the
 * items stands in the parent's definition, which is fetched at the first read.
 */
import type { MachineDefinition } from '../../asl/definition.ts';
import type { Json } from '../../asl/json/json.ts';
import { type Chance, compileItemInput } from '../../engine/map-run/map-run.ts';
import { MillraceError } from '../../errors.ts';
import type { MachineStore } from '../../ports/machine-store.ts';
import type { ObjectStore } from '../../ports/object-store.ts';
import type { BatchSource, SourceChunk } from '../batch-source.ts';
import { ChildSource } from './child-source.ts';
import { itemSource } from './item-source.ts';
import type { MapRunBatch } from './map-run-batch.ts';

/** What children are made from. */
export interface MapRunPorts {
  readonly machines: Pick<MachineStore, 'getMachine'>;
  readonly objects: ObjectStore;
  readonly chance: Chance;
}

/** See this file's head. */
export class MapRunSource implements BatchSource {
  readonly #batch: MapRunBatch;
  readonly #ports: MapRunPorts;
  #children: ChildSource | null = null;

  constructor(batch: MapRunBatch, ports: MapRunPorts) {
    this.#batch = batch;
    this.#ports = ports;
  }

  /** Throws `MapRunFailure` when the run has to fail, and what the ports throw. */
  async read(cursor: Json | null, limit: number): Promise<SourceChunk> {
    this.#children ??= await this.#open();
    return this.#children.read(cursor, limit);
  }

  async close(): Promise<void> {
    await this.#children?.close();
  }

  async #open(): Promise<ChildSource> {
    const { run } = this.#batch;
    const { objects, chance } = this.#ports;
    const shape = compileItemInput(await this.#definition(), run.stateName);
    return new ChildSource({ run, items: itemSource(run, objects), shape, chance });
  }

  async #definition(): Promise<MachineDefinition> {
    const { machineId, machineVersion } = this.#batch.parent;
    const record = await this.#ports.machines.getMachine(machineId, machineVersion);
    if (record !== null) return JSON.parse(record.definition) as MachineDefinition;
    throw new MillraceError(
      'UNKNOWN_MACHINE',
      `the store has no version ${machineVersion} of '${machineId}', whose Map is to be run`,
      { fields: { machineId, machineVersion } },
    );
  }
}
