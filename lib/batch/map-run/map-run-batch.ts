/**
 * The batch that a distributed Map is run as: the batch's executions are the children, and its
 * source is the parent's request.
 */
import { parseWrittenJson } from '../../asl/json/parse-json.ts';
import type { MapRunSpec } from '../../engine/map-run/map-run-spec.ts';
import type { NewBatch } from '../../ports/store/batch-store.ts';
import type { BatchOptionsInput } from '../batch-options.ts';

/** The command of an execution that a map run answers. */
export interface MapRunParent {
  readonly executionId: string;
  /** Id of the parent's command; the answer names it. */
  readonly command: string;
  readonly machineId: string;
  /** The version that has the Map state. */
  readonly machineVersion: number;
  /** The parent's queue, which its children share. */
  readonly queue: string;
  /** The parent's mocked answers, which its children share. @default none */
  readonly mockCase?: string;
}

/** The source of a map run. No configuration can name its kind. */
export interface MapRunBatch {
  readonly kind: 'mapRun';
  readonly run: MapRunSpec;
  readonly parent: MapRunParent;
}

/** Returns the id of the machine of a Map's children; no machine of an app has such an id. */
export function toChildMachineId(machineId: string, label: string): string {
  return `${machineId}/${label}`;
}

/** Returns the id of the batch of a map run. */
export function toMapRunBatchId(mapRunArn: string): string {
  return mapRunArn.slice(mapRunArn.lastIndexOf(':') + 1);
}

/** Whether the executions of a machine are the children of map runs. */
export function isChildMachine(machineId: string): boolean {
  return machineId.includes('/');
}

/** Returns the batch to record for a run. The same run always gives the same batch. */
export function createMapRunBatch(
  run: MapRunSpec,
  parent: MapRunParent,
  machineVersion: number,
): NewBatch {
  const source: MapRunBatch = { kind: 'mapRun', run, parent };
  const options: BatchOptionsInput = {
    priority: parent.queue,
    // A child is retried by the parent's definition, or by its own.
    retriesMax: 0,
    failurePolicy: null,
    ...(run.maxConcurrency > 0 && { maxInFlight: run.maxConcurrency }),
  };
  const machineId = toChildMachineId(parent.machineId, run.label);
  return {
    id: toMapRunBatchId(run.mapRunArn),
    name: machineId,
    machineId,
    machineVersion,
    parentExecutionId: parent.executionId,
    source: JSON.stringify(source),
    options: JSON.stringify(options),
  };
}

/** Parses the source of a batch that is a map run; returns null for any other batch. */
export function parseMapRun({ machineId, source }: Pick<NewBatch, 'machineId' | 'source'>) {
  return isChildMachine(machineId) ? (parseWrittenJson(source) as object as MapRunBatch) : null;
}
