import { isObject, type Json } from '../../../lib/asl/json/json.ts';
import { parseMapRun } from '../../../lib/batch/map-run/map-run-batch.ts';
import { toleranceFailure } from '../../../lib/batch/map-run/tolerance.ts';
import { janitorDefaults } from '../../../lib/roles/janitor.ts';
import type { LedgerEntry } from '../ledger.ts';
import type { DrawnMachine } from '../random-machine.ts';
import { type ReferenceOutcome, referenceRun } from '../reference-run.ts';
import type { Checker, Evidence } from './checker.ts';

/**
 * A task is dead-lettered only when it loses its worker more often than this; when settlements are
 * late or lost, each of these costs it a delivery as well, and it may lose no worker at all.
 */
const crashesMax = 4;

/**
 * Checks that an execution under faults ends as it does without them: with the same status, output
 * and error, after the same number of attempts. Excludes what operators or time decide: executions
 * that are aborted or redriven, that have time limits, or that have a child that was abandoned or
 * aborted.
 */
export function outputsMatchReference(): Checker {
  // A redrive of their map run runs them again: how often they fail then depends on time.
  const disturbed = new Set<string>();
  return {
    invariant: 'outputs and attempts equal those of a run without faults',
    observe: (observation) => {
      if (observation.kind !== 'committed' || !observation.accepted) return [];
      const { executionId, status, error } = observation.checkpoint;
      if (isAbandoned(error) || status === 'ABORTED') disturbed.add(executionId);
      return [];
    },
    verify: async (evidence) => {
      const excluded = parentsOf(evidence, disturbed);
      const groups = groupByMachine(evidence);
      const found = await Promise.all(
        groups.map((group) => compareGroup(evidence, group, excluded)),
      );
      return found.flat();
    },
  };
}

/** Executions of one machine, in a batch or queued by programs. */
interface MachineExecutions {
  readonly machine: DrawnMachine;
  readonly entries: readonly LedgerEntry[];
}

function groupByMachine({ ledger, batches, tasks }: Evidence): MachineExecutions[] {
  const queued = new Map(tasks.map(({ machineId, machine }) => [machineId, machine]));
  return [
    ...batches.map(({ id, machine }) => ({ machine, entries: ledger.ofBatch(id) })),
    ...[...queued].map(([id, machine]) => ({ machine, entries: ledger.listByMachine(id) })),
  ];
}

async function compareGroup(
  evidence: Evidence,
  { machine, entries }: MachineExecutions,
  excluded: ReadonlySet<string>,
): Promise<string[]> {
  const { ledger, settings } = evidence;
  const { stallsMax } = settings;
  const versions = new Map<number, Promise<DrawnMachine>>();
  const found = await Promise.all(
    entries.map(async (entry) => {
      const { error, execution } = entry;
      if (error === 'Millrace.Stalled') return abandonedTooEarly(evidence, entry, stallsMax);
      if (error === 'Millrace.DeadLettered') {
        const lossesMax = settings.spendsDeliveries ? -1 : crashesMax;
        return abandonedTooEarly(evidence, entry, lossesMax);
      }
      if (execution.problem !== undefined) return checkProblem(entry);
      if (error === 'States.Runtime' && (await hasDeletedChildren(evidence, entry))) return [];
      const hasFailedChild = ledger
        .listChildren(execution.id)
        .some(({ status }) => status !== 'SUCCEEDED');
      if (!isComparable(entry, machine) || hasFailedChild || excluded.has(execution.id)) return [];
      const { machineVersion } = execution;
      const version = versions.get(machineVersion) ?? findVersion(evidence, entry, machine);
      versions.set(machineVersion, version);
      return difference(entry, await version);
    }),
  );
  return found.flat();
}

/** Returns the machine in the version of an execution; as it is when that was deleted. */
async function findVersion(
  { store }: Evidence,
  { execution: { machineId, machineVersion } }: LedgerEntry,
  machine: DrawnMachine,
): Promise<DrawnMachine> {
  const stored = await store.getMachine(machineId, machineVersion);
  const isSame = stored === null || stored.definition === JSON.stringify(machine.definition);
  return isSame ? machine : { ...machine, definition: JSON.parse(stored.definition) };
}

/**
 * Whether retention has deleted children of a map run of the execution. A redrive of the run then
 * fails by design, because its result would lack theirs: this happens when the retention is shorter
 * than the pause before the next attempt.
 */
async function hasDeletedChildren(
  { store, ledger, mapRuns, settings }: Evidence,
  { execution }: LedgerEntry,
): Promise<boolean> {
  if (settings.retentionMs >= janitorDefaults.retentionMs) return false;
  const runs = mapRuns.filter((run) => parseMapRun(run)?.parent.executionId === execution.id);
  for (const child of runs.flatMap(({ id }) => ledger.ofBatch(id))) {
    if ((await store.getExecution(child.execution.id)) === null) return true;
  }
  return false;
}

function isAbandoned(error: string | null): boolean {
  return error === 'Millrace.Stalled' || error === 'Millrace.DeadLettered';
}

/** Returns the executions with a map run that has one of `children`. */
function parentsOf(
  { ledger, mapRuns }: Evidence,
  children: ReadonlySet<string>,
): ReadonlySet<string> {
  const runs = mapRuns.filter(({ id }) =>
    ledger.ofBatch(id).some(({ execution }) => children.has(execution.id)),
  );
  return new Set(runs.flatMap((run) => parseMapRun(run)?.parent.executionId ?? []));
}

function isComparable({ execution, ...entry }: LedgerEntry, machine: DrawnMachine): boolean {
  const isTimed = machine.timed || execution.timeoutMs !== undefined || entry.deadlineAt !== null;
  return !isTimed && !entry.abortRequested && entry.redrives === 0;
}

function difference({ execution, ...entry }: LedgerEntry, machine: DrawnMachine): string[] {
  const input = JSON.parse(execution.input) as Json;
  const expected = referenceRun(machine, input, execution.retriesMax);
  const describe = ({ status, output, error, attempts }: typeof expected | typeof entry) =>
    JSON.stringify({ status, output, error, attempts });
  if (describe(entry) === describe(expected)) return [];
  const problem = `${execution.id} ended as ${describe(entry)}, not as ${describe(expected)}`;
  if (racesWithMapRun(machine, input)) return isRaceEnd(entry, execution, machine) ? [] : [problem];
  const dependsOnTime = machine.type === 'EXPRESS' || failsInMapRun(machine, input);
  if (dependsOnTime && !differsByMore(entry, expected)) return [];
  return [problem];
}

/**
 * Whether children of a map run fail at first. The first of them ends the run, and how many others
 * have failed by then, so that a redrive runs them the second time, is a matter of time.
 */
function failsInMapRun({ definition }: DrawnMachine, input: Json): boolean {
  return isObject(input) && input.kind === 'flaky' && hasFlakyMapRun(definition);
}

/**
 * Whether a map run may fail beside a branch or an iteration that fails as well. The first of both
 * errors is that of the state around them, and may have a Catch of its own: which is first is a
 * matter of time.
 */
function racesWithMapRun({ definition }: DrawnMachine, input: Json): boolean {
  const fails = isObject(input) && (input.kind === 'permanent' || input.kind === 'flaky');
  return fails && hasInnerMapRun(definition, false);
}

/** The errors of items, and that of a map run in which too many of them fail. */
const raceErrors: ReadonlySet<string | null> = new Set([
  'Permanent',
  'Flaky',
  toleranceFailure().error,
]);

/** Whether the execution ended as it may when any of its map runs is the first to end. */
function isRaceEnd(
  { status, output, error }: Pick<LedgerEntry, 'status' | 'output' | 'error'>,
  { input, retriesMax }: LedgerEntry['execution'],
  machine: DrawnMachine,
): boolean {
  if (status !== 'SUCCEEDED') return status === 'FAILED' && raceErrors.has(error);
  const item = JSON.parse(input) as Json;
  const settle = failsInMapRun(machine, item) ? withoutRetryCounts : (text: string | null) => text;
  return (['oldest', 'newest'] as const).some((first) => {
    const reference = referenceRun(machine, item, retriesMax, first);
    return settle(reference.output) === settle(output);
  });
}

/** A child that a redrive of its map run runs again begins with no retries. */
function withoutRetryCounts(output: string | null): string | null {
  return output?.replaceAll(/"retryCount":\d+/g, '"retryCount":0') ?? null;
}

function hasInnerMapRun(value: unknown, isInside: boolean): boolean {
  if (typeof value !== 'object' || value === null) return false;
  const mode: unknown = Reflect.get(Reflect.get(value, 'ProcessorConfig') ?? {}, 'Mode');
  if (mode === 'DISTRIBUTED') return isInside;
  return Object.entries(value).some(([name, each]) =>
    hasInnerMapRun(each, isInside || name === 'Branches' || isInlineProcessor(name, each)),
  );
}

function isInlineProcessor(name: string, value: unknown): boolean {
  const isProcessor = name === 'ItemProcessor' && typeof value === 'object' && value !== null;
  return isProcessor && !('ProcessorConfig' in value);
}

function hasFlakyMapRun(value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return false;
  const isDistributed = JSON.stringify(Reflect.get(value, 'ProcessorConfig'))?.includes('DISTR');
  if (isDistributed && JSON.stringify(value).includes('"Resource":"flaky"')) return true;
  return Object.values(value).some(hasFlakyMapRun);
}

/** Whether two runs differ by more than the effect of time. */
function differsByMore(
  entry: Pick<LedgerEntry, 'status' | 'output'>,
  expected: ReferenceOutcome,
): boolean {
  const both = entry.status === 'SUCCEEDED' && expected.status === 'SUCCEEDED';
  return both && entry.output !== expected.output;
}

async function abandonedTooEarly(
  { store }: Evidence,
  { execution, error }: LedgerEntry,
  stallsMax: number,
): Promise<string[]> {
  const stalls = (await store.getExecution(execution.id))?.stalls ?? 0;
  return stalls > stallsMax ? [] : [`${execution.id} ended with ${error} after ${stalls} stalls`];
}

function checkProblem({ execution, error, abortRequested }: LedgerEntry): string[] {
  if (error === 'Millrace.InvalidItem' || abortRequested) return [];
  return [`${execution.id} has a problem and ended with ${error}`];
}
