/** How many executions of a batch or of a machine are, failed and were retried in each state. */
import { addHistograms, percentileOf } from '../../engine/figures/duration-histogram.ts';
import { executionStatuses, isEnd } from '../../engine/status.ts';
import { type MachineGraph, rootScope } from '../../graph/machine-graph.ts';
import type { BatchCounters } from '../../ports/store/batch-store.ts';
import type {
  ScopeFigures,
  StateFigures,
  StateSample,
} from '../../ports/store/figures/figure-queries.ts';
import { toBatchScope, toMachineScope } from '../../roles/execution/figures/figure-scope.ts';
import type { AppContext } from '../app-context.ts';
import { requireOtherId } from '../batches/find-batch.ts';
import { getMachineGraph } from '../machines.ts';

/** How long something took, in milliseconds. */
export interface Percentiles {
  readonly p50: number;
  readonly p95: number;
  readonly p99: number;
}

/** What executions do in one state. */
export interface StateReport {
  readonly name: string;
  /** The number of executions that are in it now. */
  readonly current: number;
  readonly entered: number;
  /** Executions that ended in it without success. */
  readonly failed: number;
  readonly caught: number;
  readonly retried: number;
  /** From entry to exit; null when nothing was measured. */
  readonly tookMs: Percentiles | null;
}

/** The states of a batch. */
export interface BatchStates {
  /** Milliseconds since 1970. */
  readonly asOf: number;
  /**
   * `exact`: counted at each step. `sampled`: current states alone, of some of the open executions.
   * `none`: nothing is known.
   */
  readonly exactness: 'exact' | 'sampled' | 'none';
  /** Open executions that are in no state: they have not begun, or not again after a redrive. */
  readonly notBegunOrReopened: number;
  /** Ended executions by status. */
  readonly ended: Readonly<Record<string, number>>;
  /** In the order of the machine's graph: those inside of a state come after all beside it. */
  readonly states: readonly StateReport[];
}

/** The states of one version of a machine. */
export interface MachineStates {
  /** Milliseconds since 1970. */
  readonly asOf: number;
  readonly version: number;
  readonly states: readonly StateReport[];
}

type ReportContext = Pick<AppContext, 'store' | 'settings' | 'clock'>;

/**
 * Reports the states of a batch.
 * @param id its id, its name or `latest`
 * @throws UNKNOWN_BATCH
 */
export async function getBatchStates(context: ReportContext, id: string): Promise<BatchStates> {
  const { store, clock, settings } = context;
  const figures = await store.readStateFigures(toBatchScope(id));
  const { batch } = figures;
  if (batch === null) return getBatchStates(context, await requireOtherId(context, id));
  const names = await readNames(context, batch.machineId, batch.machineVersion);
  if (settings.measure === 'off') return sampleBatch(context, id, batch, names);
  const states = toReports(names, figures);
  const current = states.reduce((sum, state) => {
    return names.top.has(state.name) ? sum + state.current : sum;
  }, 0);
  const ended = countEnded(batch);
  return {
    asOf: clock.now(),
    // A batch that ended before figures were kept has none.
    exactness: figures.states.length === 0 && ended > 0 ? 'none' : 'exact',
    notBegunOrReopened: Math.max(0, batch.created - ended - current),
    ended: toEnded(batch),
    states,
  };
}

/**
 * Reports the states of the executions of a machine that belong to no batch, in its newest version
 * unless `version` is given.
 * @throws UNKNOWN_MACHINE
 */
export async function getMachineStates(
  context: ReportContext,
  machineId: string,
  version?: number,
): Promise<MachineStates> {
  const { store, clock } = context;
  const graph = await getMachineGraph(context, machineId, version);
  const scope = toMachineScope(machineId, graph.version);
  const states = toReports(listNames(graph), await store.readStateFigures(scope));
  return { asOf: clock.now(), version: graph.version, states };
}

/** Without counts, the snapshots of some open executions show where most of them are. */
async function sampleBatch(
  { store, clock }: ReportContext,
  id: string,
  batch: BatchCounters,
  names: StateNames,
): Promise<BatchStates> {
  const sample = await store.sampleStates(id);
  const open = Math.max(0, batch.created - countEnded(batch));
  const found = scaleSample(sample, open);
  const report = { asOf: clock.now(), ended: toEnded(batch) };
  if (found.size === 0) {
    return { ...report, exactness: 'none', notBegunOrReopened: open, states: [] };
  }
  const states = names.all.map((name) => ({ ...noFigures, name, current: found.get(name) ?? 0 }));
  return { ...report, exactness: 'sampled', notBegunOrReopened: found.get('') ?? 0, states };
}

/** Returns the numbers of open executions by state, if all of them are as those of the sample. */
function scaleSample({ isComplete, states }: StateSample, open: number): Map<string, number> {
  const sampled = states.reduce((sum, { count }) => sum + count, 0);
  const scale = isComplete || sampled === 0 ? 1 : open / sampled;
  return new Map(states.map(({ state, count }) => [state, Math.round(count * scale)]));
}

/** The names of a machine's states. */
interface StateNames {
  readonly all: readonly string[];
  /** Those that an execution is in at most one of. */
  readonly top: ReadonlySet<string>;
}

/** Throws UNKNOWN_MACHINE. */
async function readNames(
  context: Pick<AppContext, 'store'>,
  machineId: string,
  version: number,
): Promise<StateNames> {
  return listNames(await getMachineGraph(context, machineId, version));
}

/** The states of a distributed Map's items belong to the machine of its child executions. */
function listNames({ scopes, states }: MachineGraph): StateNames {
  const byName = new Map(states.map((state) => [state.name, state]));
  const foreign = new Set<string>();
  // A scope comes after those around it.
  for (const { id, owner } of scopes) {
    const host = owner === null ? undefined : byName.get(owner);
    if (host !== undefined && (host.distributed || foreign.has(host.scope))) foreign.add(id);
  }
  const own = states.filter(({ scope }) => !foreign.has(scope));
  const top = own.filter(({ scope }) => scope === rootScope);
  return { all: own.map(({ name }) => name), top: new Set(top.map(({ name }) => name)) };
}

const noFigures = Object.freeze({
  current: 0,
  entered: 0,
  failed: 0,
  caught: 0,
  retried: 0,
  tookMs: null,
});

function toReports(names: StateNames, { states }: ScopeFigures): StateReport[] {
  const byName = new Map(states.map((figures) => [figures.state, figures]));
  return names.all.map((name) => {
    const figures = byName.get(name);
    return figures === undefined ? { ...noFigures, name } : toReport(name, figures);
  });
}

/** A crash may have lost a part of the counts: none is shown below zero. */
function toReport(
  name: string,
  { current, entered, failed, caught, retried, took }: StateFigures,
): StateReport {
  const counts = addHistograms(took);
  return {
    name,
    current: Math.max(0, current),
    entered,
    failed,
    caught,
    retried,
    tookMs: toPercentiles(counts),
  };
}

/** Returns the percentiles of a histogram; null for an empty one. */
function toPercentiles(counts: readonly number[]): Percentiles | null {
  const [p50, p95, p99] = [0.5, 0.95, 0.99].map((share) => percentileOf(counts, share));
  if (p50 == null || p95 == null || p99 == null) return null;
  return { p50, p95, p99 };
}

function countEnded({ succeeded, failed, timedOut, aborted }: BatchCounters): number {
  return succeeded + failed + timedOut + aborted;
}

function toEnded({ succeeded, failed, timedOut, aborted }: BatchCounters) {
  const counts = { SUCCEEDED: succeeded, FAILED: failed, TIMED_OUT: timedOut, ABORTED: aborted };
  return Object.fromEntries(
    executionStatuses.filter(isEnd).map((status) => [status, counts[status]]),
  );
}
