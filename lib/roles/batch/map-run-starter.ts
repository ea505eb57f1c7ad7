/**
 * Starts the run of a distributed Map: records the machine of its children and the batch that they
 * are. To start a run twice is to start it once, so whoever claims the parent after a crash may
 * start it again.
 */
import type { MachineDefinition } from '../../asl/definition.ts';
import { ErrorName } from '../../asl/state-error.ts';
import { childMachineId, newMapRunBatch } from '../../batch/map-run/map-run-batch.ts';
import type { MapRunEffect } from '../../engine/effect.ts';
import { childDefinition } from '../../engine/map-run/map-run.ts';
import { assert, messageOf } from '../../errors.ts';
import type { BatchStore } from '../../ports/batch-store.ts';
import type { Clock } from '../../ports/clock.ts';
import type { ClaimedExecution } from '../../ports/execution-store.ts';
import type { MachineRecord, MachineStore } from '../../ports/machine-store.ts';
import type { InvocationResult } from '../../ports/task-invoker.ts';
import { patiently } from '../../retry/patiently.ts';

export interface MapRunStarterOptions {
  readonly store: MachineStore & Pick<BatchStore, 'createBatch'>;
  readonly clock: Clock;
  /** Told when an execution's run has been recorded, so that a leader may look at once. */
  readonly onStarted: (parentExecutionId: string) => void;
}

/** The parent of a run. */
export type MapRunParentExecution = Pick<
  ClaimedExecution,
  'id' | 'machineId' | 'machineVersion' | 'queue'
>;

/** See this file's head. */
export class MapRunStarter {
  readonly #options: MapRunStarterOptions;

  constructor(options: MapRunStarterOptions) {
    this.#options = options;
  }

  /**
   * Answers as a call that was accepted: what the children come to is told to the parent later.
   * Resolves always; a store that does not answer is asked again until `signal` aborts.
   */
  async start(
    parent: MapRunParentExecution,
    { command, run }: MapRunEffect,
    signal: AbortSignal,
  ): Promise<InvocationResult> {
    const { clock, onStarted } = this.#options;
    try {
      await patiently(clock, signal, () => this.#record(parent, { command, run }));
      onStarted(parent.id);
      return { ok: true, submitted: null };
    } catch (error) {
      return { ok: false, error: ErrorName.runtime, cause: messageOf(error) };
    }
  }

  async #record(
    { id, machineId, machineVersion, queue }: MapRunParentExecution,
    { command, run }: Pick<MapRunEffect, 'command' | 'run'>,
  ): Promise<void> {
    const { store } = this.#options;
    const record = await store.getMachine(machineId, machineVersion);
    assert(record !== null, 'the machine of an execution that runs is in the store');
    const child = await store.putMachine(
      childMachineId(machineId, run.label),
      run.executionType,
      childText(record, run.stateName),
    );
    const parent = { executionId: id, command, machineId, machineVersion, queue };
    await store.createBatch(newMapRunBatch(run, parent, child.version));
  }
}

/** For machines that may not wait for what outlives their process: the EXPRESS ones. */
export const noMapRuns: Pick<MapRunStarter, 'start'> = Object.freeze({
  start: async () => ({
    ok: false as const,
    error: ErrorName.runtime,
    cause: 'an EXPRESS execution starts no map runs: give its machine the type STANDARD',
  }),
});

function childText({ definition }: MachineRecord, stateName: string): string {
  const child = childDefinition(JSON.parse(definition) as MachineDefinition, stateName);
  assert(child !== undefined, `the definition has the distributed Map '${stateName}'`);
  return JSON.stringify(child);
}
