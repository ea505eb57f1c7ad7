/** The estimate of one engine for a workload: its cost and its maximum rate. */
import type { Amounts } from './prices.ts';
import type { Workload } from './workload.ts';

/** The estimate of one engine. All amounts are US dollars. */
export interface Estimate {
  readonly name: string;
  /** Cost of one run besides the handlers, by item. */
  readonly orchestration: Readonly<Record<string, number>>;
  /** Cost of the invocations and time of handlers in one run. */
  readonly handlers: number;
  /** Fixed cost of a month, whatever runs. */
  readonly fixedPerMonth: number;
  /** Maximum executions a second with the default quotas of large regions, and what limits it. */
  readonly ceiling: { readonly perSecond: number; readonly by: string };
  /** Why the engine cannot run this workload; null when it can. */
  readonly cannot: string | null;
  /** Features that the engine lacks. */
  readonly without: string;
}

/** Estimates a workload from prices. */
export type Engine = (workload: Workload, amounts: Amounts) => Estimate;

/** Returns the cost of one run. */
export function perRun({ orchestration, handlers }: Estimate): number {
  return sum(Object.values(orchestration)) + handlers;
}

/** Returns the cost of a million executions, without fixed costs. */
export function perMillion(estimate: Estimate, { executions }: Workload): number {
  return (perRun(estimate) / executions) * 1e6;
}

/** Returns the cost of a month. */
export function perMonth(estimate: Estimate, { runs }: Workload): number {
  return perRun(estimate) * runs + estimate.fixedPerMonth;
}

/**
 * Returns the executions a month above which the engine with the higher fixed cost is cheaper; null
 * when it never is.
 */
export function breakEven(
  fixedDifference: number,
  theirsPerMillion: number,
  oursPerMillion: number,
): number | null {
  const savedPerMillion = theirsPerMillion - oursPerMillion;
  return savedPerMillion <= 0 ? null : (Math.max(0, fixedDifference) / savedPerMillion) * 1e6;
}

/** Adds numbers. */
export function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}

/** Returns the memory of a function that runs one handler, in GB. */
export function memoryGb({ memoryMb }: Workload): number {
  return memoryMb / 1024;
}

/** Returns the time of all handlers in one execution, in seconds. */
export function handlerSeconds({ tasks, handlerMs }: Workload): number {
  return (tasks * handlerMs) / 1000;
}
