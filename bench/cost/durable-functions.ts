/** Lambda durable functions: one execution of a function, a step for each task. */
import { type Engine, handlerSeconds, memoryGb } from './estimate.ts';

const startsPerSecond = 300;
const checkpointsPerSecond = 20_000;
const operationsMax = 3000;
const writtenKbMax = 100 * 1024;
const checkpointKbMax = 256;
/** How long what was written is kept by default. */
const retentionDays = 14;
const daysPerMonth = 30;
/** What replays and checkpoints take beside the handlers, in seconds. */
const ownSeconds = 0.06;

/** Of each result of a map's branch. */
const copiesOfResults = 2;

const others = 'definitions as data, redrives of what failed, priorities, history in SQL';

/** Durable functions, an execution for each item. */
export const durableFunctions: Engine = (workload, amounts) => {
  const { executions, tasks, payloadKb } = workload;
  const operations = 1 + tasks;
  const writtenKb = payloadKb * (tasks + 2);
  const gigabytes = (executions * writtenKb) / 1e6;
  const seconds = executions * (handlerSeconds(workload) + ownSeconds);
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
    cannot: whyNot(operations, writtenKb, payloadKb),
    without: others,
  };
};

/**
 * The items of a map within one execution, a step for each: all tasks of an item succeed or are
 * repeated together. An execution takes as many items as a batch has.
 */
export const durableMap: Engine = (workload, amounts) => {
  const { executions, batch, payloadKb } = workload;
  const operations = 2 * batch + 2;
  const writtenKb = copiesOfResults * batch * payloadKb;
  const gigabytes = ((executions / batch) * writtenKb) / 1e6;
  const seconds = executions * handlerSeconds(workload) + (executions / batch) * ownSeconds;
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
    cannot: whyNot(operations, writtenKb, payloadKb),
    without: `a step for each task, and an execution for each item; ${others}`,
  };
};

function whyNot(operations: number, writtenKb: number, payloadKb: number): string | null {
  if (operations > operationsMax) return `an execution has at most ${operationsMax} operations`;
  if (payloadKb > checkpointKbMax) return `a checkpoint has at most ${checkpointKbMax} KB`;
  return writtenKb > writtenKbMax ? 'an execution writes at most 100 MB' : null;
}
