import type { ExecutionStatus } from '../../engine/status.ts';
import type { ExecutionLabels, ExecutionSummary } from './execution-store.ts';
import type { LookedPage, Page, PageRequest } from './page.ts';

/** Selects executions; every condition given must hold. Times are milliseconds since 1970. */
export interface ExecutionFilter {
  readonly machineId?: string;
  readonly batchId?: string;
  readonly queue?: string;
  readonly status?: ExecutionStatus;
  /** One of these; none selects no execution. */
  readonly statuses?: readonly ExecutionStatus[];
  readonly name?: string;
  readonly namePrefix?: string;
  readonly error?: string;
  /** The innermost state in which it failed; '' before it entered one. */
  readonly failedState?: string;
  /** The state that it is in now, one at the top of its machine; leaves out all but RUNNING. */
  readonly currentState?: string;
  /** Inclusive. */
  readonly createdFrom?: number;
  /** Exclusive. */
  readonly createdBefore?: number;
  /** Inclusive; leaves out what has not ended. */
  readonly endedFrom?: number;
  /** Exclusive; leaves out what has not ended. */
  readonly endedBefore?: number;
  /** Those that have all of these labels; none selects any. */
  readonly labels?: ExecutionLabels;
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

/** An execution with its documents. */
export interface ScannedExecution extends ExecutionSummary {
  readonly input: string;
  readonly output: string | null;
}

/** The documents of an execution in a list. */
export interface ListedDocuments {
  readonly id: string;
  readonly input: string;
  readonly output: string | null;
}

/** A document of an execution. */
export type ExecutionDocument = 'input' | 'output';

/** A part of a document. */
export interface DocumentPart {
  /** Size of the whole document in UTF-8, in bytes. */
  readonly bytes: number;
  /** The bytes of the part; it may begin and end inside a character. */
  readonly part: Uint8Array;
}

/** Maximum number of rows that one page of a list looks at. */
export const lookedRowsMax = 50_000;

/**
 * The same for rows that are scattered over the table, because only few of it are in their index:
 * those of failed and of open executions.
 */
export const lookedScatteredMax = 10_000;

/** Lists executions, and reads their documents and their history. */
export interface ExecutionQueries {
  /**
   * Newest first; those of a batch by their index, the last first. Looks at no more than `rowsMax`
   * rows: those of the conditions that have an index, or else the newest.
   * @param rowsMax @default {@link lookedRowsMax}, of failed and of open executions
   * {@link lookedScatteredMax}
   */
  listExecutions(
    filter: ExecutionFilter,
    page: PageRequest,
    rowsMax?: number,
  ): Promise<LookedPage<ExecutionSummary>>;
  /** Returns the documents of executions, in no particular order. */
  listDocuments(executionIds: readonly string[]): Promise<ListedDocuments[]>;
  /**
   * Lists those executions whose input or output contains `text`, letter for letter, with their
   * documents; else as {@link listExecutions}.
   */
  scanExecutions(
    filter: ExecutionFilter,
    text: string,
    page: PageRequest,
    rowsMax: number,
  ): Promise<LookedPage<ScannedExecution>>;
  /** Oldest first. */
  listForChaining(filter: ChainFilter, page: PageRequest): Promise<Page<ChainEntry>>;
  /**
   * Reads up to `bytes` bytes of a document from the byte `from` on; null when there is no such
   * execution, or it has no such document.
   */
  readDocument(
    executionId: string,
    document: ExecutionDocument,
    from: number,
    bytes: number,
  ): Promise<DocumentPart | null>;
  /**
   * Returns up to `chunksMax` chunks of an execution's history, in order, starting with the chunk
   * that holds the event `fromEventId`. Each is a text that `decodeHistory` reads.
   */
  readHistory(executionId: string, fromEventId: number, chunksMax: number): Promise<string[]>;
  /**
   * As {@link readHistory}, newest chunk first, starting with the one that holds the event
   * `fromEventId`, or the newest before it.
   */
  readHistoryBack(executionId: string, fromEventId: number, chunksMax: number): Promise<string[]>;
}
