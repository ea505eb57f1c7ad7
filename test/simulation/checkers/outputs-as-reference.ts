/**
 * An execution that met crashes and outages ends as one that met none: with the same status,
 * output and error, after the same number of attempts. Left out is what people or time decide:
 * aborted and redriven executions, those with time limits, and who had a child given up.
 */
import type { Json } from '../../../lib/asl/json/json.ts';
import { mapRunOf } from '../../../lib/batch/map-run/map-run-batch.ts';
import type { LedgerEntry } from '../ledger.ts';
import type { DrawnMachine } from '../random-machine.ts';
import { type ReferenceOutcome, referenceRun } from '../reference-run.ts';
import type { Checker, Evidence } from './checker.ts';

/** Only what loses its worker more often than this is ever delivered too often. */
const crashesMax = 4;

/** See this file's head. */
export function outputsAsReference(): Checker {
  return {
    invariant: 'outputs and attempts equal those of a run without faults',
    judge: async (evidence) =>
      (await Promise.all(worksOf(evidence).map((work) => judgeWork(evidence, work)))).flat(),
  };
}

/** Executions of one machine. */
interface Work {
  readonly machine: DrawnMachine;
  readonly entries: readonly LedgerEntry[];
}

/** Those of batches, and those that programs have queued. */
function worksOf({ ledger, batches, tasks }: Evidence): Work[] {
  const queued = new Map(tasks.map(({ machineId, machine }) => [machineId, machine]));
  return [
    ...batches.map(({ id, machine }) => ({ machine, entries: ledger.ofBatch(id) })),
    ...[...queued].map(([id, machine]) => ({ machine, entries: ledger.ofMachine(id) })),
  ];
}

async function judgeWork(evidence: Evidence, { machine, entries }: Work): Promise<string[]> {
  const { ledger, settings } = evidence;
  const { stallsMax } = settings;
  const robbed = robbedParents(evidence);
  const found = await Promise.all(
    entries.map(async (entry) => {
      const { error, execution } = entry;
      if (error === 'Millrace.Stalled') return givenUpTooEarly(evidence, entry, stallsMax);
      if (error === 'Millrace.DeadLettered') return givenUpTooEarly(evidence, entry, crashesMax);
      if (execution.problem !== undefined) return problemHidden(entry);
      const lost = ledger.childrenOf(execution.id).some(({ status }) => status !== 'SUCCEEDED');
      return isComparable(entry, machine) && !lost && !robbed.has(execution.id)
        ? difference(entry, machine)
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

function isComparable({ execution, ...entry }: LedgerEntry, machine: DrawnMachine): boolean {
  const isTimed = machine.timed || execution.timeoutMs !== undefined || entry.deadlineAt !== null;
  return !isTimed && !entry.abortAsked && entry.reopened === 0;
}

function difference({ execution, ...entry }: LedgerEntry, machine: DrawnMachine): string[] {
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
