import { isObject, type JsonObject } from '../../lib/asl/json/json.ts';

/** An event source mapping of SQS. */
export interface QueueMapping {
  readonly queueArn: string;
  readonly functionName: string;
  /** The alias or version that it invokes; null for the newest code. */
  readonly qualifier: string | null;
  readonly batchSize: number;
  readonly windowMs: number;
  /** Maximum number of batches at once; null leaves it to Lambda. */
  readonly concurrencyMax: number | null;
  /** Whether the function's response reports which messages failed. */
  readonly reportsFailures: boolean;
  readonly enabled: boolean;
}

/** Reads the resolved properties of an `AWS::Lambda::EventSourceMapping`. */
export function readQueueMapping(properties: JsonObject): QueueMapping {
  const { ScalingConfig, FunctionResponseTypes } = properties;
  const concurrency = isObject(ScalingConfig) ? ScalingConfig.MaximumConcurrency : undefined;
  const types = Array.isArray(FunctionResponseTypes) ? FunctionResponseTypes : [];
  const reference = String(properties.FunctionName).split(':function:').at(-1) ?? '';
  const [functionName = '', qualifier = null] = reference.split(':');
  return {
    queueArn: String(properties.EventSourceArn),
    functionName,
    qualifier,
    batchSize: Number(properties.BatchSize ?? 10),
    windowMs: Number(properties.MaximumBatchingWindowInSeconds ?? 0) * 1_000,
    concurrencyMax: concurrency === undefined ? null : Number(concurrency),
    reportsFailures: types.includes('ReportBatchItemFailures'),
    enabled: String(properties.Enabled ?? 'true') === 'true',
  };
}

/** The function and the queue of a mapping. */
export interface MappingContext {
  readonly timeoutMs: number;
  readonly reservedConcurrency: number | null;
  /** The queue's visibility timeout, in milliseconds. */
  readonly visibilityMs: number;
}

/** Returns why AWS would refuse a mapping or deliver messages twice, one sentence each. */
export function findMappingProblems(mapping: QueueMapping, context: MappingContext): string[] {
  const { batchSize, windowMs, concurrencyMax } = mapping;
  const { timeoutMs, visibilityMs, reservedConcurrency } = context;
  const problems: string[] = [];
  const required = 6 * timeoutMs + windowMs;
  if (visibilityMs < timeoutMs) {
    problems.push(
      `AWS refuses it: the queue's VisibilityTimeout of ${seconds(visibilityMs)} is less than ` +
        `the function's Timeout of ${seconds(timeoutMs)}`,
    );
  } else if (visibilityMs < required) {
    problems.push(
      `the queue's VisibilityTimeout of ${seconds(visibilityMs)} is less than ${seconds(required)} ` +
        '(6 times the Timeout, and the window): messages are delivered again while they are processed',
    );
  }
  if (batchSize > 10 && windowMs < 1_000) {
    problems.push(`AWS refuses it: a BatchSize of ${batchSize} needs a window of at least 1 s`);
  }
  if (batchSize < 1 || batchSize > 10_000)
    problems.push(`its BatchSize of ${batchSize} is not 1 to 10,000`);
  if (concurrencyMax !== null && (concurrencyMax < 2 || concurrencyMax > 1_000)) {
    problems.push(`its MaximumConcurrency of ${concurrencyMax} is not 2 to 1,000`);
  }
  if (reservedConcurrency !== null && (concurrencyMax ?? 0) > reservedConcurrency) {
    problems.push(
      `its MaximumConcurrency of ${concurrencyMax} is more than the ${reservedConcurrency} that ` +
        'the function has reserved: throttled batches use up receives',
    );
  }
  return problems;
}

function seconds(ms: number): string {
  return `${ms / 1_000} s`;
}
