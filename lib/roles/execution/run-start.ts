/** Decides with which events and limits the run of a claimed execution starts. Pure. */

import type { EngineEvent } from '../../engine/event.ts';
import type { ExecutionIdentity } from '../../engine/execution-identity.ts';
import type { Machine } from '../../engine/machine.ts';
import type { Snapshot } from '../../engine/snapshot.ts';
import type { ClaimedExecution } from '../../ports/store/claim-store.ts';
import type { StopReason } from '../../ports/store/machines/execution-list-store.ts';
import type { RunLimits } from '../limits/run-limits.ts';
import type { RunPolicy } from './checkpoint-plan.ts';
import type { RunTrace } from './run-trace.ts';

/** What a run starts from. */
export interface RunStart {
  readonly claimed: ClaimedExecution;
  readonly machine: Machine;
  readonly identity: ExecutionIdentity;
  readonly policy: RunPolicy;
  readonly snapshot: Snapshot;
  /** Whether the run only resumes from the snapshot: no event of its own starts or ends it. */
  readonly isContinuation: boolean;
  /** Events that happen before the execution sees its signals. */
  readonly eventsBeforeSignals: readonly EngineEvent[];
  /** Events that happen after the execution has seen its signals. */
  readonly eventsAfterSignals: readonly EngineEvent[];
  /** Records the run as spans. @default nothing is recorded */
  readonly trace?: RunTrace;
  /** The permits of the run. @default nothing is limited */
  readonly limits?: RunLimits;
}

/** An end that the caller demands instead of running the machine. */
export interface ForcedEnd {
  readonly error: string;
  readonly cause: string;
}

/** When an event happens, and its randomness. */
export type EventStamp = Pick<EngineEvent, 'at' | 'seed'>;

/**
 * Returns the type of the event that starts the run; null when the run resumes from a snapshot,
 * which a run of an EXPRESS machine never does.
 */
export function findStartEventType(
  { status, snapshot }: ClaimedExecution,
  { type }: Pick<Machine, 'type'>,
): 'started' | 'redriven' | null {
  if (type === 'EXPRESS') return 'started';
  if (status === 'PENDING_REDRIVE') return 'redriven';
  return status === 'PENDING' || snapshot === null ? 'started' : null;
}

/** What decides whether an execution ends without running. */
export interface EndCircumstances {
  readonly claimed: ClaimedExecution;
  readonly forcedEnd: ForcedEnd | undefined;
  /** Why it was stopped, when its abort was requested with a reason. */
  readonly stopReason?: StopReason | undefined;
  /** Maximum number of stalls in a row. */
  readonly stallsMax: number;
}

/** Returns the event that ends the execution without running it; null when it is to run. */
export function findEndEvent(
  { claimed, forcedEnd, stopReason, stallsMax }: EndCircumstances,
  stamp: EventStamp,
): EngineEvent | null {
  const { abortRequested, problem, stalls, deadlineAt } = claimed;
  if (abortRequested) return { type: 'aborted', ...toAbortFields(stopReason), ...stamp };
  if (forcedEnd !== undefined) return { type: 'failed', ...forcedEnd, ...stamp };
  if (problem !== null) {
    return { type: 'failed', error: 'Millrace.InvalidItem', cause: problem, ...stamp };
  }
  if (stalls > stallsMax) {
    const cause = `${stalls} workers were lost, or ran out of time, while running it: the maximum is ${stallsMax}`;
    return { type: 'failed', error: 'Millrace.Stalled', cause, ...stamp };
  }
  // An execution that starts only now has also missed its deadline.
  if (deadlineAt !== null && deadlineAt <= stamp.at) return { type: 'timersDue', ...stamp };
  return null;
}

/** Returns the fields of an abort that was requested with a reason. */
export function toAbortFields(reason: StopReason | undefined): {
  readonly error?: string;
  readonly cause?: string;
} {
  const { error = null, cause = null } = reason ?? {};
  return { ...(error !== null && { error }), ...(cause !== null && { cause }) };
}

/**
 * Returns the machine with the time limit of this execution, should it start or be redriven at
 * `now`: the smallest of the machine's limit, its own limit and the time left until its deadline.
 */
export function withTimeLimit(
  machine: Machine,
  { timeoutMs, deadlineAt }: ClaimedExecution,
  now: number,
): Machine {
  if (timeoutMs === null && deadlineAt === null) return machine;
  const remainingMs = deadlineAt === null ? null : Math.max(0, deadlineAt - now);
  const limits = [machine.timeoutMs, timeoutMs, remainingMs].filter((limit) => limit !== null);
  return { ...machine, timeoutMs: Math.min(...limits) };
}

/** Returns the machine for an execution that is only started to be ended: it enters no state. */
export function withoutStates(machine: Machine): Machine {
  return { ...machine, limits: { ...machine.limits, stepsPerTransitionMax: 0 } };
}
