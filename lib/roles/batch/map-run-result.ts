/** Collects the results of the children of a map run, page by page, in the order of the items. */
import type { Json } from '../../asl/json/json.ts';
import { ErrorName } from '../../asl/state-error.ts';
import { type ChildResult, createMapResult } from '../../batch/map-run/child-result.ts';
import { MapRunFailure } from '../../batch/map-run/map-run-failure.ts';
import {
  createWrittenResult,
  type ResultFile,
  ResultFiles,
} from '../../batch/map-run/result-files.ts';
import { toMachineArn } from '../../engine/arn/make-arn.ts';
import { scopeOf } from '../../engine/arn/parse-arn.ts';
import type { MapRunSpec } from '../../engine/map-run/map-run-spec.ts';
import { hasCode } from '../../errors.ts';
import type { ObjectStore } from '../../ports/object-store.ts';
import type { BatchItemResult, BatchQueries } from '../../ports/store/batch-queries.ts';
import { toArn } from '../execution/run-identity.ts';

/** Where results are read from, and where they are written to. */
export interface MapRunResultDeps {
  readonly store: Pick<BatchQueries, 'listResults'>;
  readonly objects: Pick<ObjectStore, 'put'>;
  /** Maximum result of a state, in bytes of UTF-8. */
  readonly payloadBytesMax: number;
}

/** Number of children read at once: this many fit into memory even when they are large. */
const pageSize = 200;

/**
 * Returns the result of a run whose children have all ended: their outputs, or where the files of
 * its `ResultWriter` are. Repeating it gives the same result and the same files. Throws
 * `MapRunFailure`.
 */
export async function collectResult(
  deps: MapRunResultDeps,
  batchId: string,
  run: MapRunSpec,
): Promise<Json> {
  const { writer } = run;
  if (writer !== null && writer.parameters !== null) {
    await writeFiles(deps, batchId, run);
    return createWrittenResult(run);
  }
  const children: ChildResult[] = [];
  let chars = 0;
  for await (const execution of readResults(deps.store, batchId)) {
    children.push(toChildResult(execution, run));
    chars += execution.output?.length ?? 0;
    if (chars > deps.payloadBytesMax) throw resultTooLarge(run);
  }
  return createMapResult(children, writer ?? undefined);
}

/** Reads the executions of a batch in the order of their index. */
export async function* readResults(
  store: Pick<BatchQueries, 'listResults'>,
  batchId: string,
): AsyncGenerator<BatchItemResult> {
  let cursor: string | null = null;
  do {
    const page = cursor === null ? { limit: pageSize } : { limit: pageSize, cursor };
    const { entries, next } = await store.listResults(batchId, page);
    yield* entries;
    cursor = next;
  } while (cursor !== null);
}

async function writeFiles(
  { store, objects }: MapRunResultDeps,
  batchId: string,
  run: MapRunSpec,
): Promise<void> {
  const files = new ResultFiles(run);
  for await (const execution of readResults(store, batchId)) {
    for (const file of files.add(toChildResult(execution, run))) await write(objects, file);
  }
  for (const file of files.finish()) await write(objects, file);
}

async function write(objects: Pick<ObjectStore, 'put'>, file: ResultFile): Promise<void> {
  try {
    await objects.put(file.path, file.content);
  } catch (error) {
    if (!hasCode(error, 'FILE_NOT_WRITABLE') || error.retryable) throw error;
    throw new MapRunFailure(ErrorName.resultWriterFailed, error.message);
  }
}

function toChildResult(
  execution: BatchItemResult,
  { executionType, mapRunArn }: MapRunSpec,
): ChildResult {
  const scope = scopeOf(mapRunArn);
  const { machineId, name, status, input, output, error, cause, createdAt } = execution;
  return {
    executionArn: toArn(execution, { type: executionType }, scope),
    machineArn: toMachineArn(scope, machineId),
    name,
    status: toEndStatus(status),
    input,
    output,
    error,
    cause,
    startedAt: execution.startedAt ?? createdAt,
    endedAt: execution.endedAt ?? createdAt,
    redrives: 0,
  };
}

function toEndStatus(status: BatchItemResult['status']): ChildResult['status'] {
  if (status === 'SUCCEEDED' || status === 'TIMED_OUT' || status === 'ABORTED') return status;
  return 'FAILED';
}

function resultTooLarge({ stateName }: MapRunSpec): MapRunFailure {
  return new MapRunFailure(
    ErrorName.dataLimitExceeded,
    `The state/task '${stateName}' returned a result with a size exceeding the maximum number of ` +
      'bytes service limit.',
  );
}
