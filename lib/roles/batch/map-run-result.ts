/**
 * What the children of a map run come to together: the Map's result, or the files of its
 * `ResultWriter` and where they are. Reads the children page by page, in the order of the items.
 */
import type { Json } from '../../asl/json/json.ts';
import { ErrorName } from '../../asl/state-error.ts';
import { type ChildResult, mapResult } from '../../batch/map-run/child-result.ts';
import { MapRunFailure } from '../../batch/map-run/map-run-failure.ts';
import { type ResultFile, ResultFiles, writtenResult } from '../../batch/map-run/result-files.ts';
import { machineArn } from '../../engine/execution-identity.ts';
import type { MapRunSpec } from '../../engine/map-run/map-run-spec.ts';
import { hasCode } from '../../errors.ts';
import type { ExecutionResult, ExecutionStore } from '../../ports/execution-store.ts';
import type { ObjectStore } from '../../ports/object-store.ts';
import { arnOf } from '../execution/run-identity.ts';

/** Where results are read, and where they are written. */
export interface MapRunResultDeps {
  readonly store: Pick<ExecutionStore, 'listResults'>;
  readonly objects: Pick<ObjectStore, 'put'>;
  /** The largest result of a state, in bytes of UTF-8. */
  readonly payloadBytesMax: number;
}

/** Children read at once: as many as may be large fit into memory. */
const pageSize = 200;

/**
 * The result of a run all of whose children have ended; the same however often it is asked for.
 * Throws `MapRunFailure`.
 */
export async function gatherResult(
  parts: MapRunResultDeps,
  batchId: string,
  run: MapRunSpec,
): Promise<Json> {
  const { writer } = run;
  if (writer !== null && writer.parameters !== null) {
    await writeFiles(parts, batchId, run);
    return writtenResult(run);
  }
  const children: ChildResult[] = [];
  let chars = 0;
  for await (const execution of resultsOf(parts.store, batchId)) {
    children.push(childOf(execution, run));
    chars += execution.output?.length ?? 0;
    if (chars > parts.payloadBytesMax) throw tooLarge(run);
  }
  return mapResult(children, writer ?? undefined);
}

/** The executions of a batch by their index, a page at a time. */
export async function* resultsOf(
  store: Pick<ExecutionStore, 'listResults'>,
  batchId: string,
): AsyncGenerator<ExecutionResult> {
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
  for await (const execution of resultsOf(store, batchId)) {
    for (const file of files.add(childOf(execution, run))) await write(objects, file);
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

function childOf(execution: ExecutionResult, { executionType }: MapRunSpec): ChildResult {
  const { machineId, name, status, input, output, error, cause, createdAt } = execution;
  return {
    executionArn: arnOf(execution, { type: executionType }),
    machineArn: machineArn(machineId),
    name,
    status: endOf(status),
    ...{ input, output, error, cause },
    startedAt: execution.startedAt ?? createdAt,
    endedAt: execution.endedAt ?? createdAt,
    redrives: 0,
  };
}

function endOf(status: ExecutionResult['status']): ChildResult['status'] {
  if (status === 'SUCCEEDED' || status === 'TIMED_OUT' || status === 'ABORTED') return status;
  return 'FAILED';
}

function tooLarge({ stateName }: MapRunSpec): MapRunFailure {
  return new MapRunFailure(
    ErrorName.dataLimitExceeded,
    `The state/task '${stateName}' returned a result with a size exceeding the maximum number of ` +
      'bytes service limit.',
  );
}
