/** A batch's counters equal its executions at any time, and no more are in flight than may be. */
import type { BatchOptionsInput } from '../../../lib/batch/batch-options.ts';
import { inFlightOf } from '../../../lib/batch/batch-tally.ts';
import type { BatchCounters } from '../../../lib/ports/batch-store.ts';
import type { LedgerEntry } from '../ledger.ts';
import type { Checker, Evidence } from './checker.ts';

/** See this file's head. */
export function countersEqual(): Checker {
  return {
    invariant: "a batch's counters equal its executions",
    look: compareAll,
    judge: async (evidence) => [...(await compareAll(evidence)), ...(await openAtTheEnd(evidence))],
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
  const reopened = entries.reduce((sum, entry) => sum + entry.reopened, 0);
  const most = maxInFlight + reopened;
  if (maxInFlight !== 0 && inFlightOf(expected) > most) {
    broken.push(`${id} has ${inFlightOf(expected)} in flight, ${most} may be`);
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

async function openAtTheEnd({ store, batches }: Evidence): Promise<string[]> {
  const found = await Promise.all(batches.map(({ id }) => store.getBatch(id)));
  return found
    .filter((batch) => batch?.endedAt === null)
    .map((batch) => `${batch?.id} is ${batch?.status} at the end: ${batch?.reason}`);
}
