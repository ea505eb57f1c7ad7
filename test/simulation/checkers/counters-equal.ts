import type { BatchOptionsInput } from '../../../lib/batch/batch-options.ts';
import { countInFlight } from '../../../lib/batch/batch-tally.ts';
import type { BatchCounters } from '../../../lib/ports/store/batch-store.ts';
import type { Ledger, LedgerEntry } from '../ledger.ts';
import type { Observation } from '../observed-store.ts';
import type { Checker, Evidence } from './checker.ts';

/** Number of failed attempts that were retried, by batch. */
type Retries = ReadonlyMap<string, number>;

/** Checks a batch's counters against its executions, and its limit of executions in flight. */
export function countersEqual(): Checker {
  const retries = new Map<string, number>();
  return {
    invariant: "a batch's counters equal its executions",
    observe: (observation, ledger) => {
      const batchId = findRetried(observation, ledger);
      if (batchId !== undefined) retries.set(batchId, (retries.get(batchId) ?? 0) + 1);
      return [];
    },
    inspect: (evidence) => compareAll(evidence, retries),
    verify: async (evidence) => [
      ...(await compareAll(evidence, retries)),
      ...(await findOpen(evidence)),
    ],
  };
}

/** Returns the batch of an attempt that failed and is retried; undefined for anything else. */
function findRetried(observation: Observation, ledger: Ledger): string | undefined {
  if (observation.kind !== 'committed' || !observation.accepted) return undefined;
  const { checkpoint, before } = observation;
  if (checkpoint.status !== 'PENDING_REDRIVE') return undefined;
  // Written again, or given back before its retry, it has the same number of attempts.
  if (checkpoint.failedState === undefined || before?.attempts === checkpoint.attempts) {
    return undefined;
  }
  return ledger.entries.get(checkpoint.executionId)?.execution.batchId;
}

async function compareAll(evidence: Evidence, retries: Retries): Promise<string[]> {
  const { batches, mapRuns } = evidence;
  const broken = await Promise.all([
    ...batches.map(({ id, options }) => compare(evidence, retries, id, options)),
    ...mapRuns.map(({ id, options }) => compare(evidence, retries, id, JSON.parse(options))),
  ]);
  return broken.flat();
}

async function compare(
  { store, ledger }: Evidence,
  retries: Retries,
  id: string,
  { maxInFlight = 0 }: BatchOptionsInput,
): Promise<string[]> {
  const found = await store.getBatch(id);
  if (found === null) return [`${id} is unknown`];
  const { created, succeeded, failed, timedOut, aborted, retried } = found;
  const counters = { created, succeeded, failed, timedOut, aborted, retried };
  const entries = ledger.ofBatch(id);
  const expected = { ...tally(entries), retried: retries.get(id) ?? 0 };
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
