import type { Machine } from '../../engine/machine.ts';
import { decodeSnapshot, newSnapshot } from '../../engine/snapshot.ts';
import type { ClaimedExecution } from '../../ports/store/claim-store.ts';
import { steadyClock } from '../../retry/steady-clock.ts';
import { noMapRuns } from '../batch/map-run-starter.ts';
import { standardPolicy } from './checkpoint-plan.ts';
import { ExecutionRun, type ExecutionRunDeps } from './execution-run.ts';
import { expressPolicy } from './express-policy.ts';
import type { MachineCatalog } from './machine-catalog.ts';
import { createIdentity } from './run-identity.ts';
import {
  type EventStamp,
  type ForcedEnd,
  findEndEvent,
  findStartEventType,
  type RunStart,
  withoutStates,
  withTimeLimit,
} from './run-start.ts';
import type { RunTrace } from './run-trace.ts';

/** What a {@link RunFactory} is constructed from, and the limits of its runs. */
export interface RunFactoryOptions extends Omit<ExecutionRunDeps, 'holdMs'> {
  readonly machines: Pick<MachineCatalog, 'get'>;
  /**
   * Maximum number of stalls in a row: an execution with more of them may be what kills its
   * workers, so it ends FAILED. @default 5
   */
  readonly stallsMax?: number;
  /** Longest sleep that is waited out in memory, in milliseconds. @default 100 */
  readonly holdMs?: number;
}

/** Defaults of {@link RunFactoryOptions}. */
export const runFactoryDefaults = Object.freeze({ stallsMax: 5, holdMs: 100 });

/** Creates runs of claimed executions: finds the machine and decides how the run starts. */
export class RunFactory {
  readonly #options: RunFactoryOptions & Required<Pick<RunFactoryOptions, 'stallsMax' | 'holdMs'>>;

  constructor(options: RunFactoryOptions) {
    this.#options = { ...runFactoryDefaults, ...options };
  }

  /** Returns whether a run of the execution would only end it, without running its machine. */
  onlyEnds(claimed: ClaimedExecution, forcedEnd?: ForcedEnd): boolean {
    return this.#findEndEvent(claimed, forcedEnd) !== null;
  }

  /**
   * Creates the run of an execution. Throws UNKNOWN_MACHINE when its machine is not stored.
   * @param trace records the run; @default nothing is recorded
   */
  async create(
    claimed: ClaimedExecution,
    forcedEnd?: ForcedEnd,
    trace?: RunTrace,
  ): Promise<ExecutionRun> {
    const { machines, mapRuns } = this.#options;
    // Its timers follow the time of the store, which has decided when it is due: a machine whose
    // clock is late would put it to sleep again.
    const clock = steadyClock(this.#options.clock, claimed.claimedAt);
    const stored = await machines.get(claimed.machineId, claimed.machineVersion);
    const machine = withTimeLimit(stored, claimed, clock.now());
    const untraced = this.#start(claimed, machine, forcedEnd);
    const start = trace === undefined ? untraced : { ...untraced, trace };
    const isExpress = machine.type === 'EXPRESS';
    const deps = { ...this.#options, clock, mapRuns: isExpress ? noMapRuns : mapRuns };
    return new ExecutionRun(deps, start);
  }

  #start(claimed: ClaimedExecution, machine: Machine, forcedEnd?: ForcedEnd): RunStart {
    const type = findStartEventType(claimed, machine);
    const startEvents = type === null ? [] : [{ type, ...this.#stamp(claimed) }];
    const end = this.#findEndEvent(claimed, forcedEnd);
    return {
      claimed,
      machine: end === null ? machine : withoutStates(machine),
      identity: createIdentity(claimed, machine),
      policy: machine.type === 'EXPRESS' ? expressPolicy : standardPolicy,
      snapshot: claimed.snapshot === null ? newSnapshot() : decodeSnapshot(claimed.snapshot),
      isContinuation: type === null && end === null,
      eventsBeforeSignals: startEvents,
      eventsAfterSignals: end === null ? [] : [end],
    };
  }

  #findEndEvent(claimed: ClaimedExecution, forcedEnd: ForcedEnd | undefined) {
    const { stallsMax } = this.#options;
    return findEndEvent({ claimed, forcedEnd, stallsMax }, this.#stamp(claimed));
  }

  #stamp({ claimedAt }: ClaimedExecution): EventStamp {
    return { at: claimedAt, seed: this.#options.entropy.seed() };
  }
}
