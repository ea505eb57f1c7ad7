/** The requests of the operations on executions and map runs. */
import { apiLengths } from '../step-functions-limits.ts';
import {
  causeText,
  documentText,
  errorText,
  includedData,
  longArn,
  paging,
  resourceName,
  shortArn,
  traceHeaderText,
} from './common-shapes.ts';
import { booleanShape, choiceShape, integerShape, structureShape, textShape } from './shape.ts';

/** StartExecution. */
export const startExecutionShape = structureShape(
  { stateMachineArn: shortArn },
  { name: resourceName, input: documentText, traceHeader: traceHeaderText },
);

/** StartSyncExecution. */
export const startSyncExecutionShape = structureShape(
  { stateMachineArn: shortArn },
  { name: resourceName, input: documentText, traceHeader: traceHeaderText, includedData },
);

/** DescribeExecution. */
export const describeExecutionShape = structureShape({ executionArn: shortArn }, { includedData });

/** ListExecutions. */
export const listExecutionsShape = structureShape(
  {},
  {
    stateMachineArn: shortArn,
    mapRunArn: longArn,
    statusFilter: choiceShape(
      'RUNNING',
      'SUCCEEDED',
      'FAILED',
      'TIMED_OUT',
      'ABORTED',
      'PENDING_REDRIVE',
    ),
    redriveFilter: choiceShape('REDRIVEN', 'NOT_REDRIVEN'),
    maxResults: paging.maxResults,
    nextToken: textShape({ min: 1, max: apiLengths.executionPageToken }),
  },
);

/** StopExecution. */
export const stopExecutionShape = structureShape(
  { executionArn: shortArn },
  { error: errorText, cause: causeText },
);

/** RedriveExecution. */
export const redriveExecutionShape = structureShape(
  { executionArn: shortArn },
  {
    clientToken: textShape({
      min: 1,
      max: apiLengths.clientToken,
      pattern: { shown: '[!-~]+', matches: /^[!-~]+$/ },
    }),
  },
);

/** GetExecutionHistory. */
export const getExecutionHistoryShape = structureShape(
  { executionArn: shortArn },
  { ...paging, reverseOrder: booleanShape, includeExecutionData: booleanShape },
);

/** ListMapRuns. */
export const listMapRunsShape = structureShape({ executionArn: shortArn }, paging);

/** DescribeMapRun. */
export const describeMapRunShape = structureShape({ mapRunArn: longArn }, {});

/** UpdateMapRun. */
export const updateMapRunShape = structureShape(
  { mapRunArn: longArn },
  {
    maxConcurrency: integerShape(0),
    toleratedFailurePercentage: { kind: 'decimal', min: 0, max: 100 } as const,
    toleratedFailureCount: integerShape(0),
  },
);
