import type { MachineDefinition } from '../../asl/definition.ts';
import type { RandomAndTime } from '../../asl/evaluation.ts';
import type { Json } from '../../asl/json/json.ts';
import { parseJson } from '../../asl/json/parse-json.ts';
import { compileItemSelector } from '../../engine/map-run/map-run.ts';
import { MillraceError } from '../../errors.ts';
import type { ObjectStore } from '../../ports/object-store.ts';
import type { MachineStore } from '../../ports/store/machine-store.ts';
import type { BatchSource, SourceChunk } from '../batch-source.ts';
import { ChildSource } from './child-source.ts';
import { createItemSource } from './item-source.ts';
import type { MapRunBatch } from './map-run-batch.ts';

/** What a {@link MapRunSource} is constructed from, besides its batch. */
export interface MapRunSourceDeps {
  readonly machines: Pick<MachineStore, 'getMachine'>;
  readonly objects: ObjectStore;
  readonly randomAndTime: RandomAndTime;
}

/**
 * The children of a map run as the source of its batch. The parent's definition, which
 * specifies their inputs, is loaded by the first read.
 */
export class MapRunSource implements BatchSource {
  readonly #batch: MapRunBatch;
  readonly #deps: MapRunSourceDeps;
  #children: ChildSource | null = null;

  constructor(batch: MapRunBatch, deps: MapRunSourceDeps) {
    this.#batch = batch;
    this.#deps = deps;
  }

  /** Throws `MapRunFailure` when the run has to fail, and what the stores throw. */
  async read(cursor: Json | null, limit: number): Promise<SourceChunk> {
    this.#children ??= await this.#open();
    return this.#children.read(cursor, limit);
  }

  async close(): Promise<void> {
    await this.#children?.close();
  }

  async #open(): Promise<ChildSource> {
    const { run } = this.#batch;
    const { objects, randomAndTime } = this.#deps;
    const shape = compileItemSelector(await this.#definition(), run.stateName);
    return new ChildSource({ run, items: createItemSource(run, objects), shape, randomAndTime });
  }

  async #definition(): Promise<MachineDefinition> {
    const { machineId, machineVersion } = this.#batch.parent;
    const record = await this.#deps.machines.getMachine(machineId, machineVersion);
    if (record !== null) return parseJson(record.definition) as object as MachineDefinition;
    throw new MillraceError(
      'UNKNOWN_MACHINE',
      `the store has no version ${machineVersion} of the machine '${machineId}' whose Map is run`,
      { fields: { machineId, machineVersion } },
    );
  }
}
