import type { ExecutionStatus } from '../../engine/status.ts';
import type { BatchStatus } from './batch-store.ts';

/** Something that a text finds. */
export type FoundEntry =
  | {
      readonly kind: 'execution';
      readonly id: string;
      /** `machine:name`. */
      readonly label: string;
      readonly status: ExecutionStatus;
    }
  | {
      readonly kind: 'batch';
      readonly id: string;
      readonly label: string;
      readonly status: BatchStatus;
    }
  | {
      readonly kind: 'machine' | 'error';
      readonly id: string;
      readonly label: string;
      readonly status: null;
    };

/** Finds things by the beginning of their names. */
export interface FindStore {
  /**
   * Finds executions by the beginning of their id or name, also as `machine:name`; batches by that
   * of their id or name; machines by that of their id; and errors of archived tasks by that of
   * their name. At most `limit` of each kind. Reads indexes only, however many rows there are.
   */
  find(text: string, limit: number): Promise<FoundEntry[]>;
}
