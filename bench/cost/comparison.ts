/** All engines beside Millrace: totals, break-even points, and what is to be said honestly. */
import { durableFunctions, durableMap } from './durable-functions.ts';
import { breakEven, type Engine, type Estimate, perMillion, perMonth, perRun } from './estimate.ts';
import { dataApiCalls, millrace } from './millrace.ts';
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

const others: readonly Engine[] = [
  standard,
  express,
  expressWithLogs,
  mapStandard,
  mapPerItem,
  mapBatched,
  durableFunctions,
  durableMap,
];

/** One line of the comparison. */
export interface ComparedEngine extends Estimate {
  readonly perMillion: number;
  readonly perRun: number;
  readonly perMonth: number;
  /**
   * Executions a month from which Millrace is the cheaper one; null when it never is, and for
   * itself.
   */
  readonly breakEven: number | null;
}

/** A workload, reckoned for all. */
export interface Comparison {
  readonly workload: Workload;
  /** Calls of the Data API for 1,000 executions. */
  readonly dataApiCallsPer1000: number;
  /** Millrace's own lines first. */
  readonly engines: readonly ComparedEngine[];
}

/** Reckons all engines. Millrace twice: handlers that compute, and handlers that wait. */
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
      ...others.map((engine) => compared(engine(workload, amounts), false)),
    ],
  };
}

/** The sentences under the table. */
export function honestSentences({ engines, workload }: Comparison): string[] {
  const [ours] = engines;
  if (ours === undefined) return [];
  const cheaper = engines.filter(
    (each) =>
      !each.name.startsWith('Millrace') && each.cannot === null && each.perMonth < ours.perMonth,
  );
  const sentences = cheaper.map(({ name, perMonth: theirs, without }) => {
    const saved = usd(ours.perMonth - theirs);
    return `${name} is cheaper by ${saved} a month, without ${without}.`;
  });
  const impossible = engines.flatMap(({ name, cannot }) =>
    cannot === null ? [] : [`${name} cannot run this: ${cannot}.`],
  );
  const floor =
    workload.wakes === null
      ? 'The database is kept on; with auto-pause an idle month costs only what is fixed beside it.'
      : `The database pauses when idle; reckoned wakes a month: ${workload.wakes}. ` +
        'From about 1,300 on, --always-on is cheaper.';
  return [...sentences, ...impossible, floor];
}

/** Dollars, with as many digits as they deserve. */
export function usd(amount: number): string {
  const digits = Math.abs(amount) < 1000 ? 2 : 0;
  return `$${amount.toLocaleString('en', { minimumFractionDigits: digits, maximumFractionDigits: digits })}`;
}
