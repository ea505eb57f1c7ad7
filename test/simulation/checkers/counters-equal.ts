import type { BatchOptionsInput } from '../../../lib/batch/batch-options.ts';
import { countInFlight } from '../../../lib/batch/batch-tally.ts';
import type { BatchCounters } from '../../../lib/ports/store/batch-store.ts';
import type { LedgerEntry } from '../ledger.ts';
import type { Checker, Evidence } from './checker.ts';

/** Checks a batch's counters against its executions, and its limit of executions in flight. */
export function countersEqual(): Checker {
  return {
    invariant: "a batch's counters equal its executions",
    inspect: compareAll,
    verify: async (evidence) => [...(await compareAll(evidence)), ...(await findOpen(evidence))],
  };
}

async function compareAll(evidence: Evidence): Promise<string[]> {
  const { batches, mapRuns } = evidence;
  const broken = await Promise.all([
    ...batches.map(({ id, options }) => compare(evidence, id, options)),
    ...mapRuns.map(({ id, options }) => compare(evidence, id, JSON.parse(options))),
  ]);
  return broken.flat();
}

async function compare(
  { store, ledger }: Evidence,
  id: string,
  { maxInFlight = 0 }: BatchOptionsInput,
): Promise<string[]> {
  const found = await store.getBatch(id);
  if (found === null) return [`${id} is unknown`];
  const { created, succeeded, failed, timedOut, aborted } = found;
  const counters: BatchCounters = { created, succeeded, failed, timedOut, aborted };
  const entries = ledger.ofBatch(id);
  const expected = tally(entries);
  const broken: string[] = [];
  if (JSON.stringify(counters) !== JSON.stringify(expected)) {
    broken.push(`${id} counts ${JSON.stringify(counters)}, not ${JSON.stringify(expected)}`);
  }
  const redrives = entries.reduce((sum, entry) => sum + entry.redrives, 0);
  const inFlightMax = maxInFlight + redrives;
  if (maxInFlight !== 0 && countInFlight(expected) > inFlightMax) {
    broken.push(
      `${id} has ${countInFlight(expected)} in flight, at most ${inFlightMax} are allowed`,
    );
  }
  return broken;
}

function tally(entries: readonly LedgerEntry[]): BatchCounters {
  const count = (wanted: string) => entries.filter(({ status }) => status === wanted).length;
  return {
    created: entries.length,
    succeeded: count('SUCCEEDED'),
    failed: count('FAILED'),
    timedOut: count('TIMED_OUT'),
    aborted: count('ABORTED'),
  };
}

async function findOpen({ store, batches }: Evidence): Promise<string[]> {
  const found = await Promise.all(batches.map(({ id }) => store.getBatch(id)));
  return found
    .filter((batch) => batch?.endedAt === null)
    .map((batch) => `${batch?.id} is ${batch?.status} at the end: ${batch?.reason}`);
}
