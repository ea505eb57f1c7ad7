import {
  bucketOf,
  encodeHistogram,
  histogramBuckets,
} from '../../../engine/figures/duration-histogram.ts';
import { noSeriesCounts, type SeriesCounts } from '../../../engine/figures/series-counts.ts';
import type { SeriesKind, SeriesSum } from '../../../ports/store/figures/step-figures.ts';
import type { Lane, MeasuredStep } from './measured-step.ts';

/** Maximum number of queues, of machines and of batches with a series of their own in a slot. */
const keysMax = 50;

/** Maximum number of lanes; executions beyond it count only in the total. */
const lanesMax = 1_000;

type MutableCounts = { -readonly [Name in keyof SeriesCounts]: number };

/** What the executions of one lane did. */
class LaneSums {
  readonly lane: Lane | null;
  readonly counts: MutableCounts = { ...noSeriesCounts };
  /** The durations of executions by bucket; null when none has ended. */
  took: Uint32Array | null = null;

  /** @param lane null for executions that count only in the total */
  constructor(lane: Lane | null) {
    this.lane = lane;
  }

  add({ counts, took }: LaneSums): void {
    for (const name of countNames) this.counts[name] += counts[name];
    if (took === null) return;
    this.took ??= new Uint32Array(histogramBuckets);
    for (const [bucket, count] of took.entries()) {
      this.took[bucket] = (this.took[bucket] ?? 0) + count;
    }
  }
}

const countNames = [
  'started',
  'ended',
  'succeeded',
  'failed',
  'retried',
  'archived',
  'received',
] as const satisfies readonly (keyof SeriesCounts)[];

/**
 * Sums what the executions of a process do in one time slot. A step costs a lookup of its lane; the
 * series are made of the lanes once, at the end of the slot.
 */
export class SlotSums {
  /** The start of the slot, in milliseconds since 1970. */
  readonly at: number;
  /** By queue, machine and batch: looked up without building a key. */
  readonly #lanes = new Map<string, Map<string, Map<string | null, LaneSums>>>();
  readonly #rest = new LaneSums(null);
  #laneCount = 0;

  constructor(at: number) {
    this.at = at;
  }

  /** Counts an execution that a worker has taken from its queue. */
  countReceived(lane: Lane): void {
    this.#sumsOf(lane).counts.received += 1;
  }

  /** Counts a step that was written. */
  countStep({ lane, isStart, end, tookMs, retries, isArchived }: MeasuredStep): void {
    if (!isStart && end === null && retries === 0) return;
    const sums = this.#sumsOf(lane);
    const { counts } = sums;
    if (isStart) counts.started += 1;
    counts.retried += retries;
    if (isArchived) counts.archived += 1;
    if (end === null) return;
    counts.ended += 1;
    counts[end === 'SUCCEEDED' ? 'succeeded' : 'failed'] += 1;
    sums.took ??= new Uint32Array(histogramBuckets);
    const bucket = bucketOf(tookMs);
    sums.took[bucket] = (sums.took[bucket] ?? 0) + 1;
  }

  /** Returns the sums by series; empty when nothing happened. */
  toSeries(): SeriesSum[] {
    const series = new Map<string, { kind: SeriesKind; key: string; sums: LaneSums }>();
    const keys = { total: 0, queue: 0, machine: 0, batch: 0 };
    const add = (kind: SeriesKind, key: string, more: LaneSums) => {
      const id = `${kind} ${key}`;
      const found = series.get(id);
      if (found !== undefined) return found.sums.add(more);
      keys[kind] += 1;
      if (keys[kind] > keysMax) return;
      const sums = new LaneSums(null);
      sums.add(more);
      series.set(id, { kind, key, sums });
    };
    for (const lane of this.#listLanes()) {
      add('total', '', lane);
      if (lane.lane === null) continue;
      add('queue', lane.lane.queue, lane);
      add('machine', lane.lane.machineId, lane);
      if (lane.lane.batchId !== null) add('batch', lane.lane.batchId, lane);
    }
    return [...series.values()].map(({ kind, key, sums: { counts, took } }) => {
      return { kind, key, at: this.at, ...counts, took: took && encodeHistogram(took) };
    });
  }

  #listLanes(): LaneSums[] {
    const lanes = [...this.#lanes.values()].flatMap((machines) =>
      [...machines.values()].flatMap((batches) => [...batches.values()]),
    );
    const hasRest = countNames.some((name) => this.#rest.counts[name] > 0);
    return hasRest ? [...lanes, this.#rest] : lanes;
  }

  #sumsOf(lane: Lane): LaneSums {
    const { queue, machineId, batchId } = lane;
    const found = this.#lanes.get(queue)?.get(machineId)?.get(batchId);
    if (found !== undefined) return found;
    if (this.#laneCount >= lanesMax) return this.#rest;
    this.#laneCount += 1;
    const machines = this.#lanes.get(queue) ?? new Map<string, Map<string | null, LaneSums>>();
    this.#lanes.set(queue, machines);
    const batches = machines.get(machineId) ?? new Map<string | null, LaneSums>();
    machines.set(machineId, batches);
    // A lane of its own: the execution, and with it its documents, must not be kept.
    const sums = new LaneSums({ queue, machineId, batchId });
    batches.set(batchId, sums);
    return sums;
  }
}
