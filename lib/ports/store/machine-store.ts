import type { MachineType } from '../../asl/definition.ts';

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

/** One version of a state machine in a list, without its definition. */
export interface MachineVersion extends Omit<MachineRecord, 'definition'> {
  /** The number of its open executions; null when there are too many to be counted. */
  readonly open: number | null;
}

/**
 * State machines by id and version. A version never changes: an execution runs to its end on the
 * version it began with.
 */
export interface MachineStore {
  /**
   * Records a definition. Returns the version that has the same text and kind, however old it is,
   * and a new version when there is none. So programs that alternate, old and new, add no versions.
   */
  putMachine(id: string, kind: MachineRecord['kind'], definition: string): Promise<MachineRecord>;
  /** Returns the given version, or the newest. */
  getMachine(id: string, version?: number): Promise<MachineRecord | null>;
  /** Lists the newest version of each machine, by id. */
  listMachines(): Promise<MachineRecord[]>;
  /** Lists up to `limit` versions of a machine, newest first. */
  listMachineVersions(id: string, limit: number): Promise<MachineVersion[]>;
  /**
   * Deletes up to `limit` versions that were replaced by a newer one more than `retentionMs` ago,
   * have not been recorded again since, and that no execution and no batch has; returns how many.
   */
  pruneMachineVersions(retentionMs: number, limit: number): Promise<number>;
}
