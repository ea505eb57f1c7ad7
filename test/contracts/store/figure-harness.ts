/** Figures, and the reading of them, for the clauses of the store contract. */
import { newStateCount, type StateCount } from '../../../lib/engine/figures/state-counts.ts';
import type { Checkpoint } from '../../../lib/ports/store/checkpoint-store.ts';
import type {
  SeriesPoint,
  SeriesQuery,
  StateFigures,
} from '../../../lib/ports/store/figures/figure-queries.ts';
import type {
  ProcessSums,
  SeriesSum,
  StepFigures,
} from '../../../lib/ports/store/figures/step-figures.ts';
import type { Store } from '../../../lib/ports/store/store.ts';
import {
  batchExecutions,
  checkpoint,
  create,
  createClaimed,
  ending,
  leaseMs,
  newBatch,
} from './store-harness.ts';

/** An hour, in milliseconds. */
export const hourMs = 3_600_000;

/** Returns the figures of a step in the scope of a batch. */
export function figuresOf(
  batchId: string,
  states: Record<string, Partial<StateCount>>,
  failure: StepFigures['failure'] = null,
): StepFigures {
  return {
    scope: `b:${batchId}`,
    states: Object.entries(states).map(([state, count]) => ({ ...newStateCount(state), ...count })),
    failure,
  };
}

/** The step that enters the state `A`. */
export const entersA = (batchId: string) => figuresOf(batchId, { A: { current: 1, entered: 1 } });

/** Returns what happened in one time slot. */
export function sumOf(changes: Partial<SeriesSum> & Pick<SeriesSum, 'at'>): SeriesSum {
  return {
    kind: 'total',
    key: '',
    started: 0,
    ended: 0,
    succeeded: 0,
    failed: 0,
    retried: 0,
    archived: 0,
    received: 0,
    took: null,
    ...changes,
  };
}

/** Returns what a process has summed. */
export const sums = (
  series: readonly SeriesSum[],
  times: ProcessSums['times'] = [],
): ProcessSums => ({
  series,
  times,
});

/** Creates a batch of `count` executions, all of them claimed. */
export async function createBatch(store: Store, count: number) {
  const { id } = await store.createBatch(newBatch());
  const ids = await create(store, ...batchExecutions(id, 0, count));
  const { claimed } = await store.claim('worker-1', leaseMs, ids);
  return { batchId: id, ids, claimed };
}

/** Returns a checkpoint with one event, of which the id is `firstEventId`. */
export function step(
  claimed: Parameters<typeof checkpoint>[0],
  figures: StepFigures,
  firstEventId = 1,
): Checkpoint {
  return checkpoint(claimed, { events: `[{"id":${firstEventId}}]`, firstEventId, figures });
}

/** Reads the state counts of a batch by state. */
export async function readCounts(
  store: Store,
  batchId: string,
): Promise<Record<string, StateFigures>> {
  const { states } = await store.readStateFigures(`b:${batchId}`);
  return Object.fromEntries(states.map((figures) => [figures.state, figures]));
}

/** Writes a checkpoint for no other reason than to carry `carried`. */
export async function carry(store: Store, carried: ProcessSums): Promise<void> {
  await store.commit([ending(await createClaimed(store))], carried);
}

/** Reads a series; of everything and in one slot, unless `query` says otherwise. */
export function readTotal(store: Store, query: Partial<SeriesQuery>): Promise<SeriesPoint[]> {
  return store.readSeries({
    kind: 'total',
    key: '',
    from: 0,
    to: Number.MAX_SAFE_INTEGER,
    stepMs: Number.MAX_SAFE_INTEGER,
    withTook: false,
    ...query,
  });
}
