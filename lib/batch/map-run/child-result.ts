/**
 * What a child of a map run has come to, in the forms that a Map's result and the files of a
 * `ResultWriter` have at AWS. Pure.
 */
import type { Json, JsonObject } from '../../asl/json/json.ts';
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

/** How results are to look. */
export type ResultForm = Pick<ResultWriterRequest, 'outputType' | 'transformation'>;

const plainForm: ResultForm = Object.freeze({ outputType: 'JSON', transformation: 'COMPACT' });

/** The result of a Map whose results are not written, from its children in the items' order. */
export function mapResult(children: readonly ChildResult[], form: ResultForm = plainForm): Json {
  const values = children.flatMap((child) => resultValues(child, form.transformation));
  return form.outputType === 'JSON' ? values : linesOf(values);
}

/**
 * What stands for one child in a result: its output, its output's elements, or all that is known of
 * it. A child that failed has no output, and is told whole.
 */
export function resultValues(
  child: ChildResult,
  transformation: ResultForm['transformation'],
): readonly Json[] {
  if (transformation === 'NONE' || child.output === null) return [recordOf(child)];
  const output: Json = JSON.parse(child.output);
  return transformation === 'FLATTEN' && Array.isArray(output) ? output : [output];
}

function linesOf(values: readonly Json[]): string {
  return values.map((value) => JSON.stringify(value)).join('\n');
}

/** As DescribeExecution tells of it, in the spelling of result files. */
function recordOf(child: ChildResult): JsonObject {
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
    ...redrivability(status),
    StartDate: new Date(child.startedAt).toISOString(),
    StateMachineArn: child.machineArn,
    Status: status,
    StopDate: new Date(child.endedAt).toISOString(),
  };
}

function redrivability(status: ChildResult['status']): JsonObject {
  if (status !== 'SUCCEEDED') return { RedriveStatus: 'REDRIVABLE' };
  return {
    RedriveStatus: 'NOT_REDRIVABLE',
    RedriveStatusReason: 'Execution is SUCCEEDED and cannot be redriven',
  };
}
