/** The state that the leader of a map run keeps with its batch. Pure. */
import type { MapRunParent } from './map-run-batch.ts';

/** Why a run is stopped. The error is null when the parent no longer waits for the run. */
export interface MapRunStop {
  readonly error: string | null;
  readonly cause: string;
}

/** What is stored with the batch of a map run. */
export interface MapRunMemory {
  /** The parent's command that the run answers: another one after each redrive. */
  readonly command: string;
  /** Null while the run goes on. */
  readonly stop: MapRunStop | null;
}

/** Returns the text that is stored. */
export function encodeMapRunMemory(memory: MapRunMemory): string {
  return JSON.stringify(memory);
}

/** Returns what is stored; at first, the run answers the command that has started it. */
export function parseMapRunMemory(text: string | null, { command }: MapRunParent): MapRunMemory {
  return text === null ? { command, stop: null } : (JSON.parse(text) as MapRunMemory);
}
