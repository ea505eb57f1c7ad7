/** The scopes of state counts: a batch, or the executions of a version that belong to none. */
import type { FigureScope } from '../../../ports/store/figures/step-figures.ts';

/** Returns the scope of a batch. */
export function toBatchScope(batchId: string): FigureScope {
  return `b:${batchId}`;
}

/** Returns the scope of the executions of a machine's version that belong to no batch. */
export function toMachineScope(machineId: string, version: number): FigureScope {
  return `m:${machineId}@${version}`;
}
