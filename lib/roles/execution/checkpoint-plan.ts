/**
 * Decides after each step of an execution which checkpoint is written, and whether the run
 * continues. Pure, except that the finish policy draws a random number.
 */

import { toMachineArn } from '../../engine/arn/make-arn.ts';
import { scopeOf } from '../../engine/arn/parse-arn.ts';
import { dueAt } from '../../engine/due-at.ts';
import { type Effect, type FinishEffect, isCommand } from '../../engine/effect.ts';
import { countFailure } from '../../engine/figures/state-counts.ts';
import { encodeHistory } from '../../engine/history/encode-history.ts';
import type { HistoryEvent } from '../../engine/history-event.ts';
import { encodeSnapshot, type Snapshot } from '../../engine/snapshot.ts';
import { brokerLimits } from '../../ports/broker.ts';
import type { Checkpoint } from '../../ports/store/checkpoint-store.ts';
import type { ClaimedExecution } from '../../ports/store/claim-store.ts';
import { createReplySignal } from '../callbacks/reply.ts';
import type { FinishPolicy } from './finish-policy.ts';
import type { RunOutcome } from './run-outcome.ts';

/** The mode of a run: which of its steps still start. */
export type RunMode = 'running' | 'draining' | 'abandoned';

/** What a plan depends on. */
export interface StepCircumstances {
  readonly claimed: ClaimedExecution;
  /** The execution's ARN. */
  readonly arn: string;
  readonly snapshot: Snapshot;
  readonly history: readonly HistoryEvent[];
  readonly effects: readonly Effect[];
  readonly handlersRunning: number;
  /** Id of the newest signal that the step has processed; 0 without one. */
  readonly signalsSeen: number;
  /** Ids of the signals among them that answered a command which had already ended. */
  readonly signalsUnused: readonly number[];
  readonly mode: RunMode;
  readonly now: number;
  /** Longest sleep that is waited out in memory, in milliseconds. */
  readonly holdMs: number;
  readonly finishPolicy: Pick<FinishPolicy, 'decide'>;
  /**
   * How long an execution that is released is not claimed again, in milliseconds: other workers
   * have the handlers that it needs. @default 0
   */
  readonly releaseMs?: number;
}

/** What follows from a step. */
export interface CheckpointPlan {
  /** Null when there is nothing to write. */
  readonly checkpoint: Checkpoint | null;
  /** Null when the run continues. */
  readonly outcome: RunOutcome | null;
}

/** How runs of one type of machine differ from runs of the other. */
export interface RunPolicy {
  readonly plan: (step: StepCircumstances) => CheckpointPlan;
  /** Whether a draining run still makes the calls that come next; false leaves them open. */
  readonly startsCallsWhileDraining: boolean;
}

/** The policy of STANDARD machines: every step is durable before its effects start. */
export const standardPolicy: RunPolicy = Object.freeze({
  plan: planCheckpoint,
  startsCallsWhileDraining: false,
});

/** Plans one step of a STANDARD machine. */
export function planCheckpoint(step: StepCircumstances): CheckpointPlan {
  const finish = step.effects.find((effect) => effect.type === 'finish');
  if (finish !== undefined) return planEnd(step, finish);
  if (hasWork(step)) return planContinuation(step);
  if (step.mode !== 'running') return planRelease(step);
  return planSleep(step);
}

/** Whether a handler of the execution runs here, or the next step comes within `holdMs`. */
function hasWork(step: StepCircumstances): boolean {
  if (step.mode === 'abandoned') return false;
  if (step.handlersRunning > 0) return true;
  if (step.mode === 'draining') return false;
  if (step.effects.some(isCommand)) return true;
  const due = dueAt(step.snapshot);
  return due !== null && due - step.now <= step.holdMs;
}

function planContinuation(step: StepCircumstances): CheckpointPlan {
  const { history, effects, signalsSeen } = step;
  const isWorthWriting = history.length > 0 || effects.length > 0 || signalsSeen > 0;
  return { checkpoint: isWorthWriting ? stepCheckpoint(step, {}) : null, outcome: null };
}

/**
 * During a shutdown, or for want of a handler: the worker that claims the execution next resumes
 * it.
 */
function planRelease(step: StepCircumstances): CheckpointPlan {
  const { releaseMs = 0, snapshot, now } = step;
  const dueInMs = untilTimer(snapshot, now, releaseMs);
  return {
    checkpoint: stepCheckpoint(step, { lease: 'release', dueInMs, wakeupSent: true }),
    outcome: releaseMs > 0 ? { kind: 'suspended', dueInMs } : { kind: 'released' },
  };
}

/** Returns `pauseMs`, or the time until the next timer of the machine if that comes before. */
export function untilTimer(snapshot: Snapshot, now: number, pauseMs: number): number {
  const due = dueAt(snapshot);
  // A timer that has passed is a heartbeat, which starts over when the execution is resumed.
  return due === null || due <= now ? pauseMs : Math.min(pauseMs, due - now);
}

function planSleep(step: StepCircumstances): CheckpointPlan {
  const due = dueAt(step.snapshot);
  const dueInMs = due === null ? null : Math.max(0, due - step.now);
  return {
    checkpoint: stepCheckpoint(step, {
      lease: 'release',
      dueInMs,
      wakeupSent: fitsBrokerDelay(dueInMs),
    }),
    outcome: { kind: 'suspended', dueInMs },
  };
}

/** Plans the end of the execution, or its redrive after a delay. */
export function planEnd(step: StepCircumstances, finish: FinishEffect): CheckpointPlan {
  const decision = step.finishPolicy.decide(finish, step.claimed, step.now);
  if (decision.kind === 'redrive') {
    const { delayMs } = decision;
    return {
      checkpoint: stepCheckpoint(step, {
        lease: 'release',
        status: 'PENDING_REDRIVE',
        dueInMs: delayMs,
        wakeupSent: fitsBrokerDelay(delayMs),
        attempts: step.claimed.attempts + 1,
        error: finish.error ?? null,
        cause: finish.cause ?? null,
        failedState: findFailedState(step),
      }),
      outcome: { kind: 'suspended', dueInMs: delayMs },
    };
  }
  const failed = finish.status === 'FAILED' || finish.status === 'TIMED_OUT';
  return {
    checkpoint: stepCheckpoint(step, {
      lease: 'release',
      status: finish.status,
      snapshot: finish.status === 'SUCCEEDED' ? null : encodeSnapshot(step.snapshot),
      attempts: step.claimed.attempts + (failed ? 1 : 0),
      output: finish.output === undefined ? null : JSON.stringify(finish.output),
      error: finish.error ?? null,
      cause: finish.cause ?? null,
      ...(finish.status !== 'SUCCEEDED' && { failedState: findFailedState(step) }),
      archiveReason: decision.kind === 'archive' ? decision.reason : null,
      notify: createReply(step, finish),
    }),
    outcome: { kind: 'ended' },
  };
}

/** Returns the innermost state that failed, as failures are counted. */
function findFailedState({ snapshot }: StepCircumstances): string {
  return countFailure([], snapshot);
}

/** Returns the signal to the execution that waits for this end; null without one. */
function createReply({ claimed, arn, snapshot, now }: StepCircumstances, finish: FinishEffect) {
  const { replyTo, machineId, name, input } = claimed;
  if (replyTo === null) return null;
  return createReplySignal(replyTo, {
    arn,
    machineArn: toMachineArn(scopeOf(arn), machineId),
    name,
    input,
    startedAt: snapshot.startedAt,
    stoppedAt: now,
    finish,
  });
}

/**
 * Returns whether a sleep is short enough to end with a delayed task. Brokers do not hold longer
 * delays: the sweeper ends such a sleep.
 */
export function fitsBrokerDelay(dueInMs: number | null): boolean {
  return dueInMs !== null && dueInMs <= brokerLimits.delayMsMax;
}

function stepCheckpoint(step: StepCircumstances, changes: Partial<Checkpoint>): Checkpoint {
  const { claimed, snapshot, history } = step;
  return createCheckpoint(claimed, {
    status: snapshot.status,
    snapshot: changes.snapshot === undefined ? encodeSnapshot(snapshot) : changes.snapshot,
    events: history.length === 0 ? null : encodeHistory(history),
    firstEventId: history[0]?.id ?? 0,
    signalsSeen: step.signalsSeen,
    signalsUnused: step.signalsUnused,
    ...changes,
  });
}

/** Creates a checkpoint that leaves an execution as it was claimed, except for `changes`. */
export function createCheckpoint(
  { id, fence, status, snapshot, attempts }: ClaimedExecution,
  changes: Partial<Checkpoint>,
): Checkpoint {
  return {
    executionId: id,
    fence,
    status,
    snapshot,
    events: null,
    firstEventId: 0,
    lease: 'keep',
    dueInMs: null,
    wakeupSent: false,
    attempts,
    output: null,
    error: null,
    cause: null,
    archiveReason: null,
    signalsSeen: 0,
    signalsUnused: [],
    notify: null,
    ...changes,
  };
}
