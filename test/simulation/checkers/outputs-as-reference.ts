/**
 * An execution that met crashes and outages ends as one that met none: with the same status,
 * output and error, after the same number of attempts. Left out is what people or time decide:
 * aborted and redriven executions, machines with time limits, and who had a child given up.
 */
import type { Json } from '../../../lib/asl/json.ts';
import { mapRunOf } from '../../../lib/batch/map-run/map-run-batch.ts';
import type { LedgerEntry } from '../ledger.ts';
import { type ReferenceOutcome, referenceRun } from '../reference-run.ts';
import type { DrawnBatch } from '../workload.ts';
import type { Checker, Evidence } from './checker.ts';

/** Only what loses its worker more often than this is ever delivered too often. */
const crashesMax = 4;

/** See this file's head. */
export function outputsAsReference(): Checker {
  return {
    invariant: 'outputs and attempts equal those of a run without faults',
    judge: async (evidence) =>
      (await Promise.all(evidence.batches.map((batch) => judgeBatch(evidence, batch)))).flat(),
  };
}

async function judgeBatch(evidence: Evidence, batch: DrawnBatch): Promise<string[]> {
  const { ledger, stallsMax } = evidence;
  const robbed = robbedParents(evidence);
  const found = await Promise.all(
    ledger.ofBatch(batch.id).map(async (entry) => {
      const { error, execution } = entry;
      if (error === 'Millrace.Stalled') return givenUpTooEarly(evidence, entry, stallsMax);
      if (error === 'Millrace.DeadLettered') return givenUpTooEarly(evidence, entry, crashesMax);
      if (execution.problem !== undefined) return problemHidden(entry);
      const lost = ledger.childrenOf(execution.id).some(({ status }) => status !== 'SUCCEEDED');
      return isComparable(entry, batch) && !lost && !robbed.has(execution.id)
        ? difference(entry, batch)
        : [];
    }),
  );
  return found.flat();
}

/** Executions with a map run of which a child was given up. */
function robbedParents({ ledger, mapRuns }: Evidence): ReadonlySet<string> {
  const isGivenUp = ({ error }: LedgerEntry) =>
    error === 'Millrace.Stalled' || error === 'Millrace.DeadLettered';
  const robbed = mapRuns.filter(({ id }) => ledger.ofBatch(id).some(isGivenUp));
  return new Set(robbed.flatMap((run) => mapRunOf(run)?.parent.executionId ?? []));
}

function isComparable({ abortAsked, reopened }: LedgerEntry, { machine }: DrawnBatch): boolean {
  return !machine.timed && !abortAsked && reopened === 0;
}

function difference({ execution, ...entry }: LedgerEntry, { machine }: DrawnBatch): string[] {
  const input = JSON.parse(execution.input) as Json;
  const expected = referenceRun(machine, input, execution.retriesMax);
  const shown = ({ status, output, error, attempts }: typeof expected | typeof entry) =>
    JSON.stringify({ status, output, error, attempts });
  if (shown(entry) === shown(expected)) return [];
  if (machine.type === 'EXPRESS' && !differsByMore(entry, expected)) return [];
  return [`${execution.id} ended as ${shown(entry)}, not as ${shown(expected)}`];
}

/** Whether two runs of an EXPRESS machine differ by more than what comes of its five minutes. */
function differsByMore(
  entry: Pick<LedgerEntry, 'status' | 'output'>,
  expected: ReferenceOutcome,
): boolean {
  const both = entry.status === 'SUCCEEDED' && expected.status === 'SUCCEEDED';
  return both && entry.output !== expected.output;
}

async function givenUpTooEarly(
  { store }: Evidence,
  { execution, error }: LedgerEntry,
  stallsMax: number,
): Promise<string[]> {
  const stalls = (await store.getExecution(execution.id))?.stalls ?? 0;
  return stalls > stallsMax ? [] : [`${execution.id} ended with ${error} after ${stalls} stalls`];
}

function problemHidden({ execution, error, abortAsked }: LedgerEntry): string[] {
  if (error === 'Millrace.InvalidItem' || abortAsked) return [];
  return [`${execution.id} has a problem and ended with ${error}`];
}
