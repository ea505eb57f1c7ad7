import {
  bucketOf,
  encodeHistogram,
  histogramBuckets,
  joinHistograms,
} from '../../../engine/figures/duration-histogram.ts';
import { addSeriesCounts } from '../../../engine/figures/series-counts.ts';
import { isEnd } from '../../../engine/status.ts';
import type { Clock } from '../../../ports/clock.ts';
import {
  type FigureScope,
  otherErrors,
  type ProcessSums,
  type SeriesSum,
  type StateTimes,
  seriesSteps,
} from '../../../ports/store/figures/step-figures.ts';
import type { Lane, MeasuredCheckpoint, MeasuredStep } from './measured-step.ts';
import { SlotSums } from './slot-sums.ts';

/** What a {@link FigureCollector} is constructed from. */
export interface FigureCollectorOptions {
  readonly clock: Clock;
  /**
   * Whether the process may be frozen when it runs nothing, as a Lambda function is: its sums then
   * go with the last commit, too, and not only with the first of the next time slot.
   * @default false
   */
  readonly mayFreeze?: boolean;
}

/** Names of errors that are kept apart, by batch. */
const errorsMax = 50;

/** Batches whose names of errors are remembered; the one remembered longest is dropped first. */
const scopesMax = 100;

/** States whose times are summed between two writes. */
const timesMax = 2_000;

/** Time slots whose sums are kept while nothing can be written; ten minutes. */
const slotsMax = 60;

/**
 * Sums what the executions of this process do. The sums of a time slot go with the first commit
 * after its end, so that they cost no call of their own, and a process that is killed loses ten
 * seconds of a chart.
 */
export class FigureCollector {
  readonly #clock: Clock;
  readonly #mayFreeze: boolean;
  readonly #errors = new Map<FigureScope, Set<string>>();
  /** Steps that were counted before they were written. */
  readonly #counted = new WeakSet<MeasuredStep>();
  #slot: SlotSums;
  #times = new Map<FigureScope, Map<string, Uint32Array>>();
  #timesCount = 0;
  /** The sums to be written, by slot, oldest first. */
  #ready: ProcessSums[] = [];
  #running = 0;
  #onIdle: () => void = () => {};

  constructor({ clock, mayFreeze = false }: FigureCollectorOptions) {
    this.#clock = clock;
    this.#mayFreeze = mayFreeze;
    this.#slot = new SlotSums(startOfSlot(clock.now()));
  }

  /** Counts the begin of a run. */
  begin(lane: Lane): void {
    this.#running += 1;
    this.#roll();
    this.#slot.countReceived(lane);
  }

  /** Counts the end of a run. */
  finish(): void {
    this.#running -= 1;
    if (this.isIdle) this.#onIdle();
  }

  /** Whether the process runs nothing now. */
  get isIdle(): boolean {
    return this.#running === 0;
  }

  /** Calls `listener` whenever the last run has ended. */
  onIdle(listener: () => void): void {
    this.#onIdle = listener;
  }

  /** Returns all sums, those of the current time slot too; null when there are none. */
  drain(): ProcessSums | null {
    this.#roll();
    this.#close();
    return this.#takeReady();
  }

  /**
   * Returns the name to count an error under: names are users' texts, and after {@link errorsMax}
   * of a batch all others are one.
   */
  limitError(scope: FigureScope, error: string): string {
    const known = this.#errors.get(scope) ?? new Set();
    if (known.size === 0) {
      const [oldest] = this.#errors.keys();
      if (this.#errors.size >= scopesMax && oldest !== undefined) this.#errors.delete(oldest);
      this.#errors.set(scope, known);
    }
    if (known.size < errorsMax) known.add(error);
    return known.has(error) ? error : otherErrors;
  }

  /** Returns the sums to write together with `group`; null when there are none. */
  take(group: readonly MeasuredCheckpoint[]): ProcessSums | null {
    // A repetition of other groups could not be recognized, and would add the sums again.
    if (!group.some(({ events, status }) => events !== null || isEnd(status))) return null;
    this.#roll();
    if (this.#mayFreeze && group.length >= this.#running) {
      for (const { measured } of group) this.#count(measured);
      this.#close();
    }
    return this.#takeReady();
  }

  #takeReady(): ProcessSums | null {
    const [first, ...others] = this.#ready;
    if (first === undefined) return null;
    this.#ready = [];
    return others.length === 0 ? first : joinSums([first, ...others]);
  }

  /** Takes sums back that could not be written. */
  giveBack(sums: ProcessSums): void {
    this.#ready.unshift(sums);
    this.#dropOldest();
  }

  /** Counts checkpoints that were written. */
  record(checkpoints: readonly MeasuredCheckpoint[]): void {
    this.#roll();
    for (const { measured } of checkpoints) this.#count(measured);
  }

  #count(step: MeasuredStep | undefined): void {
    if (step === undefined) return;
    if (this.#mayFreeze) {
      if (this.#counted.has(step)) return;
      this.#counted.add(step);
    }
    this.#slot.countStep(step);
    for (const { state, ms } of step.exits) this.#countTime(step.scope, state, ms);
  }

  #countTime(scope: FigureScope, state: string, ms: number): void {
    let states = this.#times.get(scope);
    if (states === undefined) {
      states = new Map();
      this.#times.set(scope, states);
    }
    let counts = states.get(state);
    if (counts === undefined) {
      if (this.#timesCount >= timesMax) return;
      this.#timesCount += 1;
      counts = new Uint32Array(histogramBuckets);
      states.set(state, counts);
    }
    const bucket = bucketOf(ms);
    counts[bucket] = (counts[bucket] ?? 0) + 1;
  }

  /** Begins the time slot of now, if it is another one. */
  #roll(): void {
    const at = startOfSlot(this.#clock.now());
    if (at === this.#slot.at) return;
    this.#close();
    this.#slot = new SlotSums(at);
  }

  /** Makes the sums of the current slot ready to be written. */
  #close(): void {
    const series = this.#slot.toSeries();
    if (series.length === 0 && this.#timesCount === 0) return;
    this.#ready.push({ series, times: this.#takeTimes() });
    this.#slot = new SlotSums(this.#slot.at);
    this.#dropOldest();
  }

  #takeTimes(): StateTimes[] {
    const times = [...this.#times].flatMap(([scope, states]) =>
      [...states].map(([state, counts]) => ({ scope, state, took: encodeHistogram(counts) })),
    );
    this.#times = new Map();
    this.#timesCount = 0;
    return times;
  }

  #dropOldest(): void {
    if (this.#ready.length > slotsMax) this.#ready = this.#ready.slice(-slotsMax);
  }
}

function startOfSlot(now: number): number {
  return Math.floor(now / seriesSteps.recent) * seriesSteps.recent;
}

/** Returns several sums as one, with one row for each series and slot, and for each state. */
function joinSums(sums: readonly ProcessSums[]): ProcessSums {
  const series = new Map<string, SeriesSum>();
  for (const sum of sums.flatMap((each) => each.series)) {
    const key = `${sum.kind} ${sum.at} ${sum.key}`;
    const before = series.get(key);
    series.set(key, before === undefined ? sum : addSeriesSums(before, sum));
  }
  const times = new Map<string, StateTimes>();
  for (const each of sums.flatMap(({ times: some }) => some)) {
    const key = JSON.stringify([each.scope, each.state]);
    const before = times.get(key);
    times.set(key, { ...each, took: joinHistograms(before?.took ?? null, each.took) ?? each.took });
  }
  return { series: [...series.values()], times: [...times.values()] };
}

function addSeriesSums(one: SeriesSum, other: SeriesSum): SeriesSum {
  return {
    ...one,
    ...addSeriesCounts(one, other),
    took: joinHistograms(one.took, other.took),
  };
}
