/**
 * State machines by id and version. A version never changes: an execution runs to its end on the
 * one it began with.
 */

import type { MachineType } from '../asl/definition.ts';

/** One version of a state machine. */
export interface MachineRecord {
  readonly id: string;
  /** 1, 2, 3 … */
  readonly version: number;
  readonly kind: MachineType;
  /** The definition as one JSON text, keys in the author's order. */
  readonly definition: string;
  readonly createdAt: number;
}

export interface MachineStore {
  /**
   * Records a definition; the same text and kind as the newest version's answers that version,
   * another makes the next.
   */
  putMachine(id: string, kind: MachineRecord['kind'], definition: string): Promise<MachineRecord>;
  /** The version asked for, or the newest. */
  getMachine(id: string, version?: number): Promise<MachineRecord | null>;
  /** The newest version of each, by id. */
  listMachines(): Promise<MachineRecord[]>;
}
