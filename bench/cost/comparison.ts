/** Compares the cost of Millrace with other engines: totals, break-even points and caveats. */
import { durableFunctions, durableMap } from './durable-functions.ts';
import { breakEven, type Engine, type Estimate, perMillion, perMonth, perRun } from './estimate.ts';
import { dataApiCalls, millrace } from './millrace.ts';
import { type MonthLine, monthLines } from './months.ts';
import { amountsFor } from './prices.ts';
import {
  express,
  expressWithLogs,
  mapBatched,
  mapPerItem,
  mapStandard,
  standard,
} from './step-functions.ts';
import type { Workload } from './workload.ts';

const otherEngines: readonly Engine[] = [
  standard,
  express,
  expressWithLogs,
  mapStandard,
  mapPerItem,
  mapBatched,
  durableFunctions,
  durableMap,
];

/** One row of the comparison. */
export interface ComparedEngine extends Estimate {
  readonly perMillion: number;
  readonly perRun: number;
  readonly perMonth: number;
  /**
   * Executions a month above which Millrace is cheaper; null when it never is, and for Millrace
   * itself.
   */
  readonly breakEven: number | null;
}

/** The estimates of all engines for one workload. */
export interface Comparison {
  readonly workload: Workload;
  /** Data API calls per 1,000 executions. */
  readonly dataApiCallsPer1000: number;
  /** Millrace first. */
  readonly engines: readonly ComparedEngine[];
  /** The bill of Millrace for an idle month and for one of the workload. */
  readonly months: readonly MonthLine[];
}

/**
 * Estimates all engines. Millrace is listed twice: with handlers that compute, and with handlers
 * that wait.
 */
export function compare(workload: Workload): Comparison {
  const amounts = amountsFor(workload.regionFactor);
  const ours = millrace(workload, amounts);
  const overlapped = { ...workload, overlap: workload.batch };
  const own = workload.overlap > 1 ? [ours] : [ours, millrace(overlapped, amounts)];
  const compared = (estimate: Estimate, isOurs: boolean): ComparedEngine => ({
    ...estimate,
    perMillion: perMillion(estimate, workload),
    perRun: perRun(estimate),
    perMonth: perMonth(estimate, workload),
    breakEven: isOurs
      ? null
      : breakEven(
          ours.fixedPerMonth - estimate.fixedPerMonth,
          perMillion(estimate, workload),
          perMillion(ours, workload),
        ),
  });
  return {
    workload,
    dataApiCallsPer1000: (dataApiCalls(workload) / workload.executions) * 1000,
    engines: [
      ...own.map((estimate) => compared(estimate, true)),
      ...otherEngines.map((engine) => compared(engine(workload, amounts), false)),
    ],
    months: monthLines(workload, amounts),
  };
}

/**
 * Returns the sentences under the table: cheaper engines, and engines that cannot run the workload.
 */
export function comparisonNotes({ engines, workload }: Comparison): string[] {
  const [ours] = engines;
  if (ours === undefined) return [];
  const cheaper = engines.filter(
    (each) =>
      !each.name.startsWith('Millrace') && each.cannot === null && each.perMonth < ours.perMonth,
  );
  const cheaperEngines = cheaper.map(({ name, perMonth: theirs, without }) => {
    const saved = usd(ours.perMonth - theirs);
    return `${name} is cheaper by ${saved} a month, without ${without}.`;
  });
  const unsuitableEngines = engines.flatMap(({ name, cannot }) =>
    cannot === null ? [] : [`${name} cannot run this: ${cannot}.`],
  );
  const idleCost =
    workload.wakes === null
      ? 'The database is always on; with auto-pause an idle month costs only the other fixed items.'
      : `The database pauses when idle; assumed wakes a month: ${workload.wakes}. ` +
        'Above about 1,300, --always-on is cheaper.';
  return [...cheaperEngines, ...unsuitableEngines, idleCost];
}

/** Formats dollars: with cents below $1,000, without from there on. */
export function usd(amount: number): string {
  const digits = Math.abs(amount) < 1000 ? 2 : 0;
  return `$${amount.toLocaleString('en', { minimumFractionDigits: digits, maximumFractionDigits: digits })}`;
}
