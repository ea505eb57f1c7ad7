/**
 * The short ways to ask for a batch from a program: over earlier executions, and over a list of
 * inputs. Each is a {@link BatchRequest} with the words that programs use for it.
 */

import type { Json } from '../asl/json/json.ts';
import type { BatchOptionsInput } from '../batch/batch-options.ts';
import { MillraceError } from '../errors.ts';
import type { ExecutionFilter } from '../ports/execution-store.ts';
import type { LocalBatchOptions } from './local/local-batch.ts';
import type { BatchRequest } from './start-batch.ts';

/**
 * Options of `StateMachine.executeBulk`: the batch's own, and how it is run when it is run here.
 *
 * @example { namePrefix: 'bill-2026-05', priority: 'low', concurrency: 8 }
 */
export interface BulkOptions extends Omit<BatchOptionsInput, 'item'>, LocalBatchOptions {
  /** What the batch is called in lists. @default the machine's id */
  readonly name?: string;
  /**
   * What makes an execution's input of an item and its index: a transformer of the app by its
   * name, or an expression. @default the item is the input
   */
  readonly transformer?: string;
}

/** Options of `StateMachine.executeBatch` over earlier executions. */
export interface ChainOptions extends BulkOptions {
  /**
   * Whether each earlier execution is taken once for this machine, state and transformer, whichever
   * batch or program takes it: the new execution is linked to it. False takes all of them as often
   * as it is asked, and links none. @default true
   */
  readonly unique?: boolean;
}

/** A batch over `inputs`, and how it is run here. */
export function bulkCall(inputs: readonly Json[], options: BulkOptions): BatchCall {
  return callOf({ kind: 'items', items: inputs }, options);
}

/** What is recorded, and what holds only for a run in this process. */
export interface BatchCall {
  readonly request: BatchRequest;
  readonly local: LocalBatchOptions;
}

/**
 * What the arguments of `StateMachine.executeBatch` ask for, over a source or over earlier
 * executions. Throws INVALID_ARGUMENT for a second argument that belongs to the other.
 */
export function batchCall(
  targetMachineId: string,
  what: BatchRequest | ExecutionFilter,
  second: LocalBatchOptions | string | null = {},
  options: ChainOptions = {},
): BatchCall {
  const isState = second === null || typeof second === 'string';
  if ('source' in what) {
    if (!isState) return { request: what, local: second };
    throw misplaced('over a source', '{ concurrency … }', second);
  }
  if (isState) return chainCall(targetMachineId, what, second, options);
  throw misplaced('over earlier executions', "a state's name, or null for outputs", second);
}

/**
 * A batch over the executions that match `filter`: those that SUCCEEDED unless it says otherwise.
 * Their outputs are the items, or those of `state`.
 */
function chainCall(
  targetMachineId: string,
  filter: ExecutionFilter,
  state: string | null,
  { unique = true, ...options }: ChainOptions,
): BatchCall {
  const purpose = { sourceState: state ?? '', transformer: options.transformer ?? '' };
  const chain = { ...filter, ...purpose, targetMachineId, unlinkedOnly: unique };
  return callOf({ kind: 'executions', filter: { status: 'SUCCEEDED', ...chain } }, options);
}

function callOf(source: BatchRequest['source'], given: BulkOptions): BatchCall {
  const { name, transformer, concurrency, onExecutionStart, onExecutionComplete, ...options } =
    given;
  return {
    request: {
      source,
      options,
      ...(name !== undefined && { name }),
      ...(transformer !== undefined && { item: { input: transformer } }),
    },
    local: {
      ...(concurrency !== undefined && { concurrency }),
      ...(onExecutionStart && { onExecutionStart }),
      ...(onExecutionComplete && { onExecutionComplete }),
    },
  };
}

function misplaced(what: string, expected: string, found: unknown): MillraceError {
  return new MillraceError(
    'INVALID_ARGUMENT',
    `the second argument of executeBatch ${what} is ${expected}; found ${JSON.stringify(found)}`,
  );
}
