/**
 * The batch that a distributed Map is run as: its children are the batch's executions, and its
 * source is what the parent asked for. Known by its source's kind, which no configuration can name.
 */
import type { MapRunSpec } from '../../engine/map-run/map-run-spec.ts';
import type { NewBatch } from '../../ports/batch-store.ts';
import type { BatchOptionsInput } from '../batch-options.ts';

/** Whom a map run answers. */
export interface MapRunParent {
  readonly executionId: string;
  /** What the parent asked by; its answer names it. */
  readonly command: string;
  /** The version that has the Map state. */
  readonly machineId: string;
  readonly machineVersion: number;
  /** The queue that the children share with it. */
  readonly queue: string;
}

/** The source of a batch that is a map run. */
export interface MapRunBatch {
  readonly kind: 'mapRun';
  readonly run: MapRunSpec;
  readonly parent: MapRunParent;
}

/** The machine of the children of a Map labelled `label`; no machine of an app has such an id. */
export function childMachineId(machineId: string, label: string): string {
  return `${machineId}/${label}`;
}

/** Whether the executions of a machine are children of map runs. */
export function isChildMachine(machineId: string): boolean {
  return machineId.includes('/');
}

/** The batch of a run. The same run gives the same batch, whoever asks for it how often. */
export function newMapRunBatch(
  run: MapRunSpec,
  parent: MapRunParent,
  machineVersion: number,
): NewBatch {
  const source: MapRunBatch = { kind: 'mapRun', run, parent };
  const options: BatchOptionsInput = {
    priority: parent.queue,
    // a child is tried again by the parent's definition, or by its own
    retriesMax: 0,
    failurePolicy: null,
    ...(run.maxConcurrency > 0 && { maxInFlight: run.maxConcurrency }),
  };
  const machineId = childMachineId(parent.machineId, run.label);
  return {
    id: run.mapRunArn.slice(run.mapRunArn.lastIndexOf(':') + 1),
    name: machineId,
    machineId,
    machineVersion,
    source: JSON.stringify(source),
    options: JSON.stringify(options),
  };
}

/** What a batch runs as a map run; null when it is none. */
export function mapRunOf({ machineId, source }: Pick<NewBatch, 'machineId' | 'source'>) {
  return isChildMachine(machineId) ? (JSON.parse(source) as MapRunBatch) : null;
}
