import type { MachineDefinition } from '../../asl/definition.ts';
import { parseJson } from '../../asl/json/parse-json.ts';
import { ErrorName } from '../../asl/state-error.ts';
import { createMapRunBatch, toChildMachineId } from '../../batch/map-run/map-run-batch.ts';
import type { MapRunEffect, MapRunRedriveEffect } from '../../engine/effect.ts';
import { findChildDefinition } from '../../engine/map-run/map-run.ts';
import { assert, messageOf } from '../../errors.ts';
import type { Clock } from '../../ports/clock.ts';
import type { BatchStore } from '../../ports/store/batch-store.ts';
import type { ClaimedExecution } from '../../ports/store/claim-store.ts';
import type { MachineRecord, MachineStore } from '../../ports/store/machine-store.ts';
import type { InvocationResult } from '../../ports/task-invoker.ts';
import { isServiceFault } from '../../retry/is-service-fault.ts';
import { retry } from '../../retry/retry.ts';
import { taskStoreRetries } from '../../retry/task-store-retries.ts';
import { isStillEnding, type MapRunRedriveDeps, redriveMapRun } from './map-run-redriver.ts';

/** What a {@link MapRunStarter} is constructed from. */
export interface MapRunStarterDeps {
  readonly store: MachineStore & Pick<BatchStore, 'createBatch'> & MapRunRedriveDeps['store'];
  readonly dispatcher: MapRunRedriveDeps['dispatcher'];
  readonly clock: Clock;
  /** Called when a run has been recorded, so that a leader can start it at once. */
  readonly onStarted: (parentExecutionId: string) => void;
}

/** What a run of an execution needs of a {@link MapRunStarter}. */
export type MapRuns = Pick<MapRunStarter, 'start' | 'redrive' | 'isStillEnding'>;

/** The execution whose distributed Map is run. */
export type MapRunParentExecution = Pick<
  ClaimedExecution,
  'id' | 'machineId' | 'machineVersion' | 'mockCase' | 'queue'
>;

/**
 * Starts the run of a distributed Map: records the machine of its children and their batch.
 * Starting a run is idempotent, so the worker that claims the parent after a crash can start it
 * again.
 */
export class MapRunStarter {
  readonly #deps: MapRunStarterDeps;

  constructor(deps: MapRunStarterDeps) {
    this.#deps = deps;
  }

  /**
   * Records the run and returns as an accepted call: the parent receives the result later, as a
   * signal. Never rejects; a store that does not answer is retried until `signal` aborts.
   * @param traceparent names the span that the run is a part of; null without tracing
   */
  async start(
    parent: MapRunParentExecution,
    { command, run }: MapRunEffect,
    signal: AbortSignal,
    traceparent: string | null = null,
  ): Promise<InvocationResult> {
    return this.#attempt(parent, signal, () => {
      return this.#record(parent, { command, run }, traceparent);
    });
  }

  /** Redrives a run that has ended; returns like {@link start}. */
  async redrive(
    parent: MapRunParentExecution,
    effect: MapRunRedriveEffect,
    signal: AbortSignal,
  ): Promise<InvocationResult> {
    return this.#attempt(parent, signal, () => redriveMapRun(this.#deps, effect));
  }

  /**
   * Whether the run to redrive has not ended yet. Its children may need the slot of the execution
   * that waits for it. False when the store does not answer: {@link redrive} asks again.
   */
  async isStillEnding(effect: MapRunRedriveEffect): Promise<boolean> {
    try {
      return await isStillEnding(this.#deps.store, effect);
    } catch (error) {
      if (isServiceFault(error)) return false;
      throw error;
    }
  }

  async #attempt(
    { id }: MapRunParentExecution,
    signal: AbortSignal,
    act: () => Promise<void>,
  ): Promise<InvocationResult> {
    const { clock, onStarted } = this.#deps;
    try {
      await retry(act, { clock, signal, policyFor: taskStoreRetries });
      onStarted(id);
      return { ok: true, submitted: null };
    } catch (error) {
      return { ok: false, error: ErrorName.runtime, cause: messageOf(error) };
    }
  }

  async #record(
    { id, machineId, machineVersion, mockCase, queue }: MapRunParentExecution,
    { command, run }: Pick<MapRunEffect, 'command' | 'run'>,
    traceparent: string | null,
  ): Promise<void> {
    const { store } = this.#deps;
    const record = await store.getMachine(machineId, machineVersion);
    assert(record !== null, 'the machine of a running execution is in the store');
    const child = await store.putMachine(
      toChildMachineId(machineId, run.label),
      run.executionType,
      toChildDefinition(record, run.stateName),
    );
    const shared = { queue, ...(mockCase !== null && { mockCase }) };
    const parent = { executionId: id, command, machineId, machineVersion, ...shared };
    const batch = createMapRunBatch(run, parent, child.version);
    await store.createBatch({ ...batch, ...(traceparent !== null && { traceparent }) });
  }
}

const refusal: InvocationResult = Object.freeze({
  ok: false,
  error: ErrorName.runtime,
  cause: 'an EXPRESS execution starts no map runs: give its machine the type STANDARD',
});

/** Refuses map runs for EXPRESS machines: their executions end with their process. */
export const noMapRuns: MapRuns = Object.freeze({
  start: async () => refusal,
  redrive: async () => refusal,
  isStillEnding: async () => false,
});

function toChildDefinition({ definition }: MachineRecord, stateName: string): string {
  const child = findChildDefinition(
    parseJson(definition) as object as MachineDefinition,
    stateName,
  );
  assert(child !== undefined, `the definition has the distributed Map '${stateName}'`);
  return JSON.stringify(child);
}
