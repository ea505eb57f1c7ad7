/** What an engine would cost for a workload, and how fast it may go at most. */
import type { Amounts } from './prices.ts';
import type { Workload } from './workload.ts';

/** One engine's estimate. Money is US dollars. */
export interface Estimate {
  readonly name: string;
  /** What one run costs beside the handlers, part by part. */
  readonly orchestration: Readonly<Record<string, number>>;
  /** What one run costs in handlers' invocations and time. */
  readonly handlers: number;
  /** What is due every month, run or no run. */
  readonly fixedPerMonth: number;
  /** Executions a second, by default quotas of the large regions; and what bounds it. */
  readonly ceiling: { readonly perSecond: number; readonly by: string };
  /** Why this workload cannot be run so; null when it can. */
  readonly cannot: string | null;
  /** What whoever takes it does without. */
  readonly without: string;
}

/** An engine: from a workload and prices to an estimate. */
export type Engine = (workload: Workload, amounts: Amounts) => Estimate;

/** What one run costs. */
export function perRun({ orchestration, handlers }: Estimate): number {
  return sum(Object.values(orchestration)) + handlers;
}

/** What a million executions cost, without what is fixed. */
export function perMillion(estimate: Estimate, { executions }: Workload): number {
  return (perRun(estimate) / executions) * 1e6;
}

/** What a month costs. */
export function perMonth(estimate: Estimate, { runs }: Workload): number {
  return perRun(estimate) * runs + estimate.fixedPerMonth;
}

/**
 * The executions a month from which the one with the higher fixed cost is the cheaper one; null
 * when it never is.
 */
export function breakEven(
  fixedDifference: number,
  theirsPerMillion: number,
  oursPerMillion: number,
): number | null {
  const saved = theirsPerMillion - oursPerMillion;
  return saved <= 0 ? null : (Math.max(0, fixedDifference) / saved) * 1e6;
}

/** Adds numbers up. */
export function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}

/** GB of the memory of a function that runs one handler. */
export function memoryGb({ memoryMb }: Workload): number {
  return memoryMb / 1024;
}

/** Seconds of handlers' work in one execution. */
export function handlerSeconds({ tasks, handlerMs }: Workload): number {
  return (tasks * handlerMs) / 1000;
}
