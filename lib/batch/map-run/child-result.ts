/**
 * Writes the results of a map run's children as AWS does: in a Map's result or result files. Pure.
 */
import type { Json, JsonObject } from '../../asl/json/json.ts';
import { parseWrittenJson } from '../../asl/json/parse-json.ts';
import type { ResultWriterRequest } from '../../engine/map-run/map-run-spec.ts';

/** A child that has ended. Documents are JSON texts, times milliseconds since 1970. */
export interface ChildResult {
  readonly executionArn: string;
  readonly machineArn: string;
  readonly name: string;
  readonly status: 'SUCCEEDED' | 'FAILED' | 'TIMED_OUT' | 'ABORTED';
  readonly input: string;
  /** Null unless it SUCCEEDED. */
  readonly output: string | null;
  readonly error: string | null;
  readonly cause: string | null;
  readonly startedAt: number;
  readonly endedAt: number;
  readonly redrives: number;
}

/** The form in which results are written. */
export type ResultForm = Pick<ResultWriterRequest, 'outputType' | 'transformation'>;

const plainForm: ResultForm = Object.freeze({ outputType: 'JSON', transformation: 'COMPACT' });

/** Returns the result of a Map without a `ResultWriter`, from its children in the items' order. */
export function createMapResult(
  children: readonly ChildResult[],
  form: ResultForm = plainForm,
): Json {
  const values = children.flatMap((child) => toResultValues(child, form.transformation));
  return form.outputType === 'JSON' ? values : toJsonLines(values);
}

/**
 * Returns the values of one child in a result: its output, the elements of its output, or its full
 * record. A failed child has no output, and is represented by its record.
 */
export function toResultValues(
  child: ChildResult,
  transformation: ResultForm['transformation'],
): readonly Json[] {
  if (transformation === 'NONE' || child.output === null) return [toRecord(child)];
  const output = parseWrittenJson(child.output);
  return transformation === 'FLATTEN' && Array.isArray(output) ? output : [output];
}

function toJsonLines(values: readonly Json[]): string {
  return values.map((value) => JSON.stringify(value)).join('\n');
}

/** Describes a child as DescribeExecution does, with the field names of result files. */
function toRecord(child: ChildResult): JsonObject {
  const { output, error, cause, status } = child;
  return {
    ...(cause === null ? {} : { Cause: cause }),
    ...(error === null ? {} : { Error: error }),
    ExecutionArn: child.executionArn,
    Input: child.input,
    InputDetails: { Included: true },
    Name: child.name,
    ...(output === null ? {} : { Output: output, OutputDetails: { Included: true } }),
    RedriveCount: child.redrives,
    ...toRedriveFields(status),
    StartDate: new Date(child.startedAt).toISOString(),
    StateMachineArn: child.machineArn,
    Status: status,
    StopDate: new Date(child.endedAt).toISOString(),
  };
}

function toRedriveFields(status: ChildResult['status']): JsonObject {
  if (status !== 'SUCCEEDED') return { RedriveStatus: 'REDRIVABLE' };
  return {
    RedriveStatus: 'NOT_REDRIVABLE',
    RedriveStatusReason: 'Execution is SUCCEEDED and cannot be redriven',
  };
}
