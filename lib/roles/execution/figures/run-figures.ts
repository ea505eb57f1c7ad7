import {
  countFailure,
  countStep,
  mergeCounts,
  type StateCounts,
} from '../../../engine/figures/state-counts.ts';
import type { Snapshot } from '../../../engine/snapshot.ts';
import { type EndStatus, isEnd } from '../../../engine/status.ts';
import type { Transition } from '../../../engine/transition.ts';
import type { VisitMark } from '../../../engine/transition-context.ts';
import type { Checkpoint } from '../../../ports/store/checkpoint-store.ts';
import type { FigureScope, StepFailure } from '../../../ports/store/figures/step-figures.ts';
import type { RunStart } from '../run-start.ts';
import type { FigureCollector } from './figure-collector.ts';
import { toBatchScope, toMachineScope } from './figure-scope.ts';
import type { MeasuredCheckpoint, MeasuredStep } from './measured-step.ts';

/** Exits of which the times are kept between two checkpoints: an EXPRESS machine has only one. */
const exitsMax = 1_000;

/** What the figures of a run are collected by. */
export interface RunFiguresDeps {
  /** Sums what the process does; null when no figures are kept. @default null */
  readonly figures?: FigureCollector | null;
}

/**
 * Counts what one run adds to the figures, from checkpoint to checkpoint. What happens between two
 * checkpoints is counted with the second: all that an EXPRESS machine does with its end.
 */
export class RunFigures {
  readonly #collector: Pick<FigureCollector, 'limitError'>;
  readonly #start: Pick<RunStart, 'claimed' | 'machine'>;
  readonly #scope: FigureScope;
  #counts: StateCounts | null = null;
  /** Exits of states, of which the times are summed. */
  #exits: VisitMark[] = [];
  #retries = 0;
  #isStart = false;

  constructor(
    collector: Pick<FigureCollector, 'limitError'>,
    start: Pick<RunStart, 'claimed' | 'machine'>,
  ) {
    this.#collector = collector;
    this.#start = start;
    const { batchId, machineId, machineVersion } = start.claimed;
    this.#scope =
      batchId === null ? toMachineScope(machineId, machineVersion) : toBatchScope(batchId);
  }

  /** Adds one transition. */
  add(before: Snapshot, transition: Transition): void {
    if (transition.snapshot === before) return;
    const counts = countStep(before, transition);
    if (this.#counts === null) this.#counts = counts;
    else mergeCounts(this.#counts, counts);
    for (const mark of transition.marks) {
      if (mark.kind === 'retried') this.#retries += 1;
      else if (mark.kind === 'exited' && this.#exits.length < exitsMax) this.#exits.push(mark);
    }
    this.#isStart ||= before.status === 'PENDING' && this.#start.claimed.status === 'PENDING';
  }

  /** Returns the checkpoint with what the transitions since the last one add to the figures. */
  measure(checkpoint: Checkpoint, snapshot: Snapshot, now: number): MeasuredCheckpoint {
    const counts = this.#counts;
    if (counts === null || this.#isGivenUp(checkpoint)) return checkpoint;
    const step = this.#describe(counts, checkpoint, snapshot, now);
    this.#counts = null;
    this.#exits = [];
    this.#retries = 0;
    this.#isStart = false;
    return { ...checkpoint, figures: step, measured: step };
  }

  /** Whether the checkpoint gives up a run of an EXPRESS machine, which then starts over. */
  #isGivenUp({ status, attempts }: Checkpoint): boolean {
    const { claimed, machine } = this.#start;
    return machine.type === 'EXPRESS' && !isEnd(status) && attempts === claimed.attempts;
  }

  #describe(
    states: StateCounts,
    checkpoint: Checkpoint,
    snapshot: Snapshot,
    now: number,
  ): MeasuredStep {
    const { status, archiveReason } = checkpoint;
    const end = isEnd(status) ? status : null;
    return {
      scope: this.#scope,
      states,
      failure: end === null ? null : this.#countEnd(states, checkpoint, snapshot, end),
      lane: this.#start.claimed,
      isStart: this.#isStart,
      end,
      tookMs: Math.max(0, now - snapshot.startedAt),
      retries: this.#retries + Number(status === 'PENDING_REDRIVE'),
      isArchived: archiveReason !== null,
      exits: this.#exits,
    };
  }

  #countEnd(
    states: StateCounts,
    { error }: Checkpoint,
    snapshot: Snapshot,
    end: EndStatus,
  ): StepFailure | null {
    if (end === 'SUCCEEDED') return null;
    const state = countFailure(states, snapshot);
    if (this.#start.claimed.batchId === null) return null;
    return { error: this.#collector.limitError(this.#scope, error ?? end), state };
  }
}
