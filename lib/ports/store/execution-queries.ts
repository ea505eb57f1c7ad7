import type { ExecutionStatus } from '../../engine/status.ts';
import type { ExecutionSummary } from './execution-store.ts';
import type { Page, PageRequest } from './page.ts';

/** Selects executions; every condition given must hold. */
export interface ExecutionFilter {
  readonly machineId?: string;
  readonly batchId?: string;
  readonly status?: ExecutionStatus;
  readonly name?: string;
  readonly error?: string;
  /** Milliseconds since 1970, inclusive. */
  readonly createdFrom?: number;
  /** Milliseconds since 1970, exclusive. */
  readonly createdBefore?: number;
}

/** Selects the earlier executions that a chained batch continues. */
export interface ChainFilter extends ExecutionFilter {
  readonly targetMachineId: string;
  readonly sourceState: string;
  readonly transformer: string;
  /**
   * True leaves out executions that this link continues already, and links those that are taken.
   * False takes all of them, as often as it is called, and links none.
   */
  readonly unlinkedOnly: boolean;
}

/** An earlier execution as a chained batch reads it. */
export interface ChainEntry {
  readonly id: string;
  readonly name: string;
  readonly output: string | null;
}

/** Reads the earlier executions that a chained batch continues. */
export type ChainQueries = Pick<ExecutionQueries, 'listForChaining' | 'readHistory'>;

/** Lists executions and reads their history. */
export interface ExecutionQueries {
  /** Newest first. */
  listExecutions(filter: ExecutionFilter, page: PageRequest): Promise<Page<ExecutionSummary>>;
  /** Oldest first. */
  listForChaining(filter: ChainFilter, page: PageRequest): Promise<Page<ChainEntry>>;
  /**
   * Returns up to `chunksMax` chunks of an execution's history (each a JSON array text), in order,
   * starting with the chunk that holds the event `fromEventId`.
   */
  readHistory(executionId: string, fromEventId: number, chunksMax: number): Promise<string[]>;
}
