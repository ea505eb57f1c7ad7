/** An event source mapping of SQS as its template describes it, and what AWS would refuse of it. */
import { isObject, type JsonObject } from '../../lib/asl/json/json.ts';

/** See this file's head. */
export interface QueueMapping {
  readonly queueArn: string;
  readonly functionName: string;
  readonly batchSize: number;
  readonly windowMs: number;
  /** Null: as many as Lambda sees fit. */
  readonly concurrencyMax: number | null;
  /** Whether the function's answer says which messages failed. */
  readonly reportsFailures: boolean;
  readonly enabled: boolean;
}

/** Reads the resolved properties of an `AWS::Lambda::EventSourceMapping`. */
export function queueMapping(properties: JsonObject): QueueMapping {
  const { ScalingConfig, FunctionResponseTypes } = properties;
  const concurrency = isObject(ScalingConfig) ? ScalingConfig.MaximumConcurrency : undefined;
  const types = Array.isArray(FunctionResponseTypes) ? FunctionResponseTypes : [];
  return {
    queueArn: String(properties.EventSourceArn),
    functionName: String(properties.FunctionName).split(':function:').at(-1) ?? '',
    batchSize: Number(properties.BatchSize ?? 10),
    windowMs: Number(properties.MaximumBatchingWindowInSeconds ?? 0) * 1_000,
    concurrencyMax: concurrency === undefined ? null : Number(concurrency),
    reportsFailures: types.includes('ReportBatchItemFailures'),
    enabled: String(properties.Enabled ?? 'true') === 'true',
  };
}

/** What the mapping meets. */
export interface MappingSurroundings {
  readonly timeoutMs: number;
  readonly reservedConcurrency: number | null;
  /** The queue's, in milliseconds. */
  readonly visibilityMs: number;
}

/** What AWS refuses of a mapping, and what makes messages come twice; one sentence each. */
export function mappingFaults(mapping: QueueMapping, around: MappingSurroundings): string[] {
  const { batchSize, windowMs, concurrencyMax } = mapping;
  const { timeoutMs, visibilityMs, reservedConcurrency } = around;
  const faults: string[] = [];
  const wanted = 6 * timeoutMs + windowMs;
  if (visibilityMs < timeoutMs) {
    faults.push(
      `AWS refuses it: the queue's VisibilityTimeout of ${seconds(visibilityMs)} is less than ` +
        `the function's Timeout of ${seconds(timeoutMs)}`,
    );
  } else if (visibilityMs < wanted) {
    faults.push(
      `the queue's VisibilityTimeout of ${seconds(visibilityMs)} is less than ${seconds(wanted)} ` +
        '(6 times the Timeout, and the window): messages come again while they are worked on',
    );
  }
  if (batchSize > 10 && windowMs < 1_000) {
    faults.push(`AWS refuses it: a BatchSize of ${batchSize} needs a window of at least 1 s`);
  }
  if (batchSize < 1 || batchSize > 10_000)
    faults.push(`its BatchSize of ${batchSize} is not 1 to 10,000`);
  if (concurrencyMax !== null && (concurrencyMax < 2 || concurrencyMax > 1_000)) {
    faults.push(`its MaximumConcurrency of ${concurrencyMax} is not 2 to 1,000`);
  }
  if (reservedConcurrency !== null && (concurrencyMax ?? 0) > reservedConcurrency) {
    faults.push(
      `its MaximumConcurrency of ${concurrencyMax} is more than the ${reservedConcurrency} that ` +
        'the function has reserved: throttles use up receives',
    );
  }
  return faults;
}

function seconds(ms: number): string {
  return `${ms / 1_000} s`;
}
