import type { Json } from '../asl/json/json.ts';
import type { BatchOptionsInput } from '../batch/batch-options.ts';
import { MillraceError } from '../errors.ts';
import type { ExecutionFilter } from '../ports/store/execution-queries.ts';
import type { LocalBatchOptions } from './local/local-batch.ts';
import type { BatchRequest } from './start-batch.ts';

/**
 * Options of `StateMachine.executeBulk`: those of the batch, and those of a run in this process.
 *
 * @example { namePrefix: 'bill-2026-05', priority: 'low', concurrency: 8 }
 */
export interface BulkOptions extends Omit<BatchOptionsInput, 'item'>, LocalBatchOptions {
  /** The name shown in lists. @default the machine's id */
  readonly name?: string;
  /**
   * Computes an execution's input from an item and its index: the name of a transformer of the app,
   * or an expression. @default the item is the input
   */
  readonly transformer?: string;
}

/** Options of `StateMachine.executeBatch` over earlier executions. */
export interface ChainOptions extends BulkOptions {
  /**
   * Whether each earlier execution is taken once for this machine, state and transformer, by
   * whichever batch or program: the new execution is linked to it. False takes all of them every
   * time, and links none. @default true
   */
  readonly unique?: boolean;
}

/** Returns the request for a batch over a list of inputs, and the options of a local run. */
export function toBulkArguments(inputs: readonly Json[], options: BulkOptions): BatchArguments {
  return splitOptions({ kind: 'items', items: inputs }, options);
}

/** The arguments of `StateMachine.executeBatch` or `executeBulk`, parsed. */
export interface BatchArguments {
  /** The batch to record. */
  readonly request: BatchRequest;
  /** Options of a run in this process. */
  readonly local: LocalBatchOptions;
}

/**
 * Parses the arguments of `StateMachine.executeBatch`, over a source or over earlier executions.
 * Throws INVALID_ARGUMENT for a second argument that belongs to the other form.
 */
export function toBatchArguments(
  targetMachineId: string,
  what: BatchRequest | ExecutionFilter,
  second: LocalBatchOptions | string | null = {},
  options: ChainOptions = {},
): BatchArguments {
  const isState = second === null || typeof second === 'string';
  if ('source' in what) {
    if (!isState) return { request: what, local: second };
    throw invalidSecondArgument('over a source', '{ concurrency … }', second);
  }
  if (isState) return toChainArguments(targetMachineId, what, second, options);
  throw invalidSecondArgument(
    'over earlier executions',
    "a state's name, or null for outputs",
    second,
  );
}

/**
 * Requests a batch over the executions that match `filter`, by default those that SUCCEEDED. The
 * items are their outputs, or those of `state`.
 */
function toChainArguments(
  targetMachineId: string,
  filter: ExecutionFilter,
  state: string | null,
  { unique = true, ...options }: ChainOptions,
): BatchArguments {
  const purpose = { sourceState: state ?? '', transformer: options.transformer ?? '' };
  const chain = { ...filter, ...purpose, targetMachineId, unlinkedOnly: unique };
  const ended = filter.statuses === undefined ? { status: 'SUCCEEDED' as const } : {};
  // What is taken once is left out by intent.
  const { onNameTaken = unique ? 'skip' : null } = options;
  const source = { kind: 'executions', filter: { ...ended, ...chain } } as const;
  return splitOptions(source, { ...options, onNameTaken });
}

function splitOptions(source: BatchRequest['source'], given: BulkOptions): BatchArguments {
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

function invalidSecondArgument(what: string, expected: string, found: unknown): MillraceError {
  return new MillraceError(
    'INVALID_ARGUMENT',
    `the second argument of executeBatch ${what} is ${expected}; found ${JSON.stringify(found)}`,
  );
}
