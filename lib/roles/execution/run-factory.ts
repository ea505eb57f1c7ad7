import type { AwsScope } from '../../engine/arn/aws-scope.ts';
import type { Machine } from '../../engine/machine.ts';
import { decodeSnapshot, newSnapshot } from '../../engine/snapshot.ts';
import type { ClaimedExecution } from '../../ports/store/claim-store.ts';
import type {
  ExecutionListStore,
  StopReason,
} from '../../ports/store/machines/execution-list-store.ts';
import type { TaskInvoker } from '../../ports/task-invoker.ts';
import { steadyClock } from '../../retry/steady-clock.ts';
import { noMapRuns } from '../batch/map-run-starter.ts';
import type { EndHooks } from '../hooks/end-hooks.ts';
import type { Limits } from '../limits/limits.ts';
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

/** What answers the calls of a run that was started with mocked answers. */
export interface MockedRun {
  /** The names of the states whose calls are mocked, and counted. */
  readonly states: ReadonlySet<string>;
  readonly invoker: TaskInvoker;
}

/** What a {@link RunFactory} is constructed from, and the limits of its runs. */
export interface RunFactoryOptions extends Omit<ExecutionRunDeps, 'holdMs'> {
  readonly machines: Pick<MachineCatalog, 'get'>;
  /** Notifies of ends. @default no one is notified */
  readonly hooks?: EndHooks;
  /** Finds the limits of runs. @default nothing is limited */
  readonly limits?: Pick<Limits, 'forRun'>;
  /** The account and region that ARNs name. @default that of a store without any */
  readonly scope?: AwsScope;
  /** Reads with which reasons executions were stopped. @default without a reason */
  readonly stops?: Pick<ExecutionListStore, 'readStopReasons'>;
  /** Answers the calls of executions with mocked answers. @default there are none */
  readonly mock?: (mockCase: string, invoker: TaskInvoker) => MockedRun;
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

/** Ends that are demanded instead of running the machine. */
interface DemandedEnds {
  readonly forcedEnd?: ForcedEnd | undefined;
  /** Of a stop. */
  readonly stopReason?: StopReason | undefined;
}

/** Creates runs of claimed executions: finds the machine and decides how the run starts. */
export class RunFactory {
  readonly #options: RunFactoryOptions & Required<Pick<RunFactoryOptions, 'stallsMax' | 'holdMs'>>;

  constructor(options: RunFactoryOptions) {
    this.#options = { ...runFactoryDefaults, ...options };
  }

  /** Returns whether a run of the execution would only end it, without running its machine. */
  onlyEnds(claimed: ClaimedExecution, forcedEnd?: ForcedEnd): boolean {
    return this.#findEndEvent(claimed, { forcedEnd }) !== null;
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
    const timed = withTimeLimit(stored, claimed, clock.now());
    const mocked = this.#mock(claimed);
    const machine = mocked === null ? timed : { ...timed, mockedStates: mocked.states };
    const stopReason = claimed.abortRequested ? await this.#readStopReason(claimed) : undefined;
    const untraced = this.#start(claimed, machine, { forcedEnd, stopReason });
    const limits = this.#options.limits?.forRun(claimed, stored) ?? null;
    const start = { ...untraced, ...(trace && { trace }), ...(limits && { limits }) };
    const isExpress = machine.type === 'EXPRESS';
    const { missingHandlers, hooks, ...options } = this.#options;
    const { committer } = options;
    const deps = {
      ...options,
      committer: hooks?.committerFor(claimed, committer, clock) ?? committer,
      clock,
      mapRuns: isExpress ? noMapRuns : mapRuns,
      // Mocked calls need no handler, and are made here.
      ...(mocked === null ? missingHandlers && { missingHandlers } : { invoker: mocked.invoker }),
    };
    return new ExecutionRun(deps, start);
  }

  #mock({ mockCase }: ClaimedExecution): MockedRun | null {
    const { mock, invoker } = this.#options;
    return mockCase === null || mock === undefined ? null : mock(mockCase, invoker);
  }

  async #readStopReason({ id }: ClaimedExecution): Promise<StopReason | undefined> {
    const [reason] = (await this.#options.stops?.readStopReasons([id])) ?? [];
    return reason;
  }

  #start(claimed: ClaimedExecution, machine: Machine, ends: DemandedEnds): RunStart {
    const type = findStartEventType(claimed, machine);
    const startEvents = type === null ? [] : [{ type, ...this.#stamp(claimed) }];
    const end = this.#findEndEvent(claimed, ends);
    return {
      claimed,
      machine: end === null ? machine : withoutStates(machine),
      identity: createIdentity(claimed, machine, this.#options.scope),
      policy: machine.type === 'EXPRESS' ? expressPolicy : standardPolicy,
      snapshot: claimed.snapshot === null ? newSnapshot() : decodeSnapshot(claimed.snapshot),
      isContinuation: type === null && end === null,
      eventsBeforeSignals: startEvents,
      eventsAfterSignals: end === null ? [] : [end],
    };
  }

  #findEndEvent(claimed: ClaimedExecution, { forcedEnd, stopReason }: DemandedEnds) {
    const { stallsMax } = this.#options;
    const circumstances = { claimed, forcedEnd, stopReason, stallsMax };
    return findEndEvent(circumstances, this.#stamp(claimed));
  }

  #stamp({ claimedAt }: ClaimedExecution): EventStamp {
    return { at: claimedAt, seed: this.#options.entropy.seed() };
  }
}
