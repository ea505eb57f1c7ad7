/** The results of a batch: read one by one, or written to a file. */
import type { Json } from '../../asl/json/json.ts';
import { parseWrittenJson } from '../../asl/json/parse-json.ts';
import { isObjectUrl } from '../../batch/object-url.ts';
import { formatEnd, formatRows, newFormat } from '../../batch/results/format-results.ts';
import { type ReadResultsRequest, readResultPages } from '../../batch/results/read-result-pages.ts';
import { type ResultFormat, resultFormatOf } from '../../batch/results/result-format.ts';
import {
  type WriteProgress,
  type WrittenFile,
  writeResultFile,
} from '../../batch/results/write-result-file.ts';
import type { ExecutionStatus } from '../../engine/status.ts';
import { MillraceError } from '../../errors.ts';
import type { BatchItemResult } from '../../ports/store/batch-queries.ts';
import type { ExecutionLabels } from '../../ports/store/execution-store.ts';
import type { AppContext } from '../app-context.ts';
import { requireBatch } from '../batches/find-batch.ts';

/** Which results of a batch are read. */
export interface ResultSelection {
  /** Only executions in one of these statuses. @default all */
  readonly statuses?: readonly ExecutionStatus[];
}

/** The result of one item of a batch. Times are milliseconds since 1970. */
export interface BatchResult {
  /** The index of the item in its source. */
  readonly index: number;
  readonly id: string;
  readonly name: string;
  readonly status: ExecutionStatus;
  /** The number of failed attempts. */
  readonly attempts: number;
  readonly error: string | null;
  readonly cause: string | null;
  readonly createdAt: number;
  readonly startedAt: number | null;
  readonly endedAt: number | null;
  readonly labels: ExecutionLabels;
  readonly input: Json;
  /** Null unless it SUCCEEDED. */
  readonly output: Json;
}

/** Where the results of a batch are written to. */
export interface ResultOutput extends ResultSelection {
  /** A local path, or `s3://BUCKET/KEY`. */
  readonly output: string;
  /** @default by the ending of `output`: .csv, .json, or else JSON Lines */
  readonly format?: ResultFormat;
  /** Ends the writing; nothing of the file is left then. @default never */
  readonly signal?: AbortSignal;
}

/** A piece of the results of a batch as text. */
export interface ResultText {
  readonly text: string;
  /** The number of rows so far. */
  readonly items: number;
  /** Where a further call goes on; null after the last row. */
  readonly next: string | null;
}

/** Reads the results of a batch in the order of its items. Throws UNKNOWN_BATCH. */
export async function* readBatchResults(
  context: Pick<AppContext, 'store'>,
  ref: string,
  selection: ResultSelection = {},
): AsyncGenerator<BatchResult> {
  const { id } = await requireBatch(context, ref);
  const isWanted = toCondition(selection);
  for await (const { rows } of readResultPages(context.store, id)) {
    for (const row of rows) if (isWanted(row)) yield toResult(row);
  }
}

function toResult(row: BatchItemResult): BatchResult {
  const { id, name, status, attempts, error, cause, createdAt, startedAt, endedAt } = row;
  return {
    index: row.batchIndex ?? -1,
    id,
    name,
    status,
    attempts,
    error,
    cause,
    createdAt,
    startedAt,
    endedAt,
    labels: row.labels ?? {},
    input: parseWrittenJson(row.input),
    output: row.output === null ? null : parseWrittenJson(row.output),
  };
}

/** How results are printed. */
export interface PrintOptions extends ResultSelection, ReadResultsRequest {
  readonly format: ResultFormat;
  /** Changes a row before it is printed, such as to mask secrets. @default nothing */
  readonly change?: (row: BatchItemResult) => BatchItemResult;
}

/**
 * Prints the results of a batch in the order of its items, a page at a time: the next page is read
 * when the one before was taken. Throws UNKNOWN_BATCH.
 */
export async function* printBatchResults(
  context: Pick<AppContext, 'store'>,
  ref: string,
  { format, change = (row) => row, cursor = null, rowsMax, ...selection }: PrintOptions,
): AsyncGenerator<ResultText> {
  const { id } = await requireBatch(context, ref);
  const isWanted = toCondition(selection);
  let state = newFormat;
  const request = { cursor, ...(rowsMax !== undefined && { rowsMax }) };
  for await (const { rows, next } of readResultPages(context.store, id, request)) {
    const piece = formatRows(format, rows.filter(isWanted).map(change), state);
    state = piece.state;
    const end = next === null ? formatEnd(format, state) : '';
    yield { text: piece.text + end, items: state.items, next };
  }
}

/**
 * Writes the results of a batch to a file, which appears when it is complete. Throws UNKNOWN_BATCH,
 * FILE_NOT_WRITABLE, or STOPPED when it was ended.
 */
export async function writeBatchResults(
  context: Pick<AppContext, 'store' | 'outputs'>,
  ref: string,
  { output, format = resultFormatOf(output), signal, ...selection }: ResultOutput,
): Promise<WrittenFile & { readonly output: string; readonly format: ResultFormat }> {
  const { store, outputs } = context;
  const { id: batchId } = await requireBatch(context, ref);
  let progress: WriteProgress | null = null;
  const onProgress = async (reached: WriteProgress) => {
    progress = reached;
    return !signal?.aborted;
  };
  let written: WrittenFile | null = null;
  try {
    const request = { batchId, output, format, isWanted: toCondition(selection) };
    written = await writeResultFile({ store, outputs, onProgress }, request);
  } finally {
    const { upload } = (progress as WriteProgress | null) ?? {};
    if (written === null && upload !== undefined) await outputs.cancelUpload(output, upload);
  }
  if (written !== null) return { output, format, ...written };
  const where = isObjectUrl(output) ? output : `the file ${output}`;
  throw new MillraceError('STOPPED', `the results were not written: ${where} is as it was`);
}

function toCondition({ statuses }: ResultSelection): (row: BatchItemResult) => boolean {
  if (statuses === undefined) return () => true;
  const wanted = new Set(statuses);
  return ({ status }) => wanted.has(status);
}
