/** Lambda durable functions: one execution of a function, a step for each task. */
import { type Engine, handlerSeconds, memoryGb } from './estimate.ts';

const startsPerSecond = 300;
const checkpointsPerSecond = 20_000;
const operationsMax = 3000;
const writtenKbMax = 100 * 1024;
const checkpointKbMax = 256;
/** Default retention of written data. */
const retentionDays = 14;
const daysPerMonth = 30;
/** Time of replays and checkpoints besides the handlers, in seconds. */
const overheadSeconds = 0.06;

/** Number of times that the result of a map branch is written. */
const copiesOfResults = 2;

const missingFeatures = 'definitions as data, redrives of what failed, priorities, history in SQL';

/** Durable functions with one execution for each item. */
export const durableFunctions: Engine = (workload, amounts) => {
  const { executions, tasks, payloadKb } = workload;
  const operations = 1 + tasks;
  const writtenKb = payloadKb * (tasks + 2);
  const gigabytes = (executions * writtenKb) / 1e6;
  const seconds = executions * (handlerSeconds(workload) + overheadSeconds);
  return {
    name: 'Lambda durable functions',
    orchestration: {
      operations: executions * operations * amounts.durableOperation,
      written: gigabytes * amounts.durableGbWritten,
      kept: gigabytes * (retentionDays / daysPerMonth) * amounts.durableGbMonth,
    },
    handlers:
      executions * amounts.lambdaRequest + seconds * memoryGb(workload) * amounts.lambdaGbSecond,
    fixedPerMonth: 0,
    ceiling: {
      perSecond: Math.min(startsPerSecond, checkpointsPerSecond / operations),
      by: 'starts, 300/s',
    },
    cannot: findExceededLimit(operations, writtenKb, payloadKb),
    without: missingFeatures,
  };
};

/**
 * Durable functions that map over the items of a batch in one execution, with one step for each
 * item: all tasks of an item succeed or are repeated together.
 */
export const durableMap: Engine = (workload, amounts) => {
  const { executions, batch, payloadKb } = workload;
  const operations = 2 * batch + 2;
  const writtenKb = copiesOfResults * batch * payloadKb;
  const gigabytes = ((executions / batch) * writtenKb) / 1e6;
  const seconds = executions * handlerSeconds(workload) + (executions / batch) * overheadSeconds;
  return {
    name: `durable functions, ${batch} items an execution`,
    orchestration: {
      operations: (executions / batch) * operations * amounts.durableOperation,
      written: gigabytes * amounts.durableGbWritten,
      kept: gigabytes * (retentionDays / daysPerMonth) * amounts.durableGbMonth,
    },
    handlers:
      (executions / batch) * amounts.lambdaRequest +
      seconds * memoryGb(workload) * amounts.lambdaGbSecond,
    fixedPerMonth: 0,
    ceiling: { perSecond: startsPerSecond * batch, by: 'starts, 300/s' },
    cannot: findExceededLimit(operations, writtenKb, payloadKb),
    without: `a step for each task, and an execution for each item; ${missingFeatures}`,
  };
};

function findExceededLimit(
  operations: number,
  writtenKb: number,
  payloadKb: number,
): string | null {
  if (operations > operationsMax) return `an execution has at most ${operationsMax} operations`;
  if (payloadKb > checkpointKbMax) return `a checkpoint has at most ${checkpointKbMax} KB`;
  return writtenKb > writtenKbMax ? 'an execution writes at most 100 MB' : null;
}
