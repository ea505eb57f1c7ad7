/**
 * Decides, after a step of an execution, what is written and whether the worker goes on with it.
 * Pure.
 */

import { dueAt } from '../../engine/due-at.ts';
import { type Effect, type FinishEffect, isCommand } from '../../engine/effect.ts';
import { machineArn } from '../../engine/execution-identity.ts';
import type { HistoryEvent } from '../../engine/history-event.ts';
import { encodeSnapshot, type Snapshot } from '../../engine/snapshot.ts';
import { brokerLimits } from '../../ports/broker.ts';
import type { Checkpoint, ClaimedExecution } from '../../ports/execution-store.ts';
import { replySignal } from '../callbacks/reply.ts';
import type { RunMode, RunOutcome } from './execution-run.ts';
import type { FinishDecision } from './finish-decision.ts';

/** What a plan depends on. */
export interface StepCircumstances {
  readonly claimed: ClaimedExecution;
  /** The execution's ARN. */
  readonly arn: string;
  readonly snapshot: Snapshot;
  readonly history: readonly HistoryEvent[];
  readonly effects: readonly Effect[];
  readonly handlersRunning: number;
  /** Id of the newest signal that the step has seen; 0 when it saw none. */
  readonly signalsSeen: number;
  /** Ids of those among them that found nothing to answer. */
  readonly signalsUnused: readonly number[];
  readonly mode: RunMode;
  readonly now: number;
  readonly holdMs: number;
  readonly decideFinish: (finish: FinishEffect) => FinishDecision;
}

export interface CheckpointPlan {
  /** Null when there is nothing to write. */
  readonly checkpoint: Checkpoint | null;
  /** Null when the worker goes on. */
  readonly outcome: RunOutcome | null;
}

/** What the types of machine differ in, as far as a run is concerned. */
export interface RunPolicy {
  readonly plan: (step: StepCircumstances) => CheckpointPlan;
  /** Whether a run that drains begins the calls that come next, rather than leave them open. */
  readonly beginsWhileDraining: boolean;
}

/** How an execution of a STANDARD machine is run: every step is durable before it is acted on. */
export const standardPolicy: RunPolicy = Object.freeze({
  plan: planCheckpoint,
  beginsWhileDraining: false,
});

/** The plan for one step of a STANDARD machine. */
export function planCheckpoint(step: StepCircumstances): CheckpointPlan {
  const finish = step.effects.find((effect) => effect.type === 'finish');
  if (finish !== undefined) return planEnd(step, finish);
  if (staysBusy(step)) return planGoingOn(step);
  if (step.mode !== 'running') return planRelease(step);
  return planSleep(step);
}

/** Whether something of the execution still runs here, or is about to. */
function staysBusy(step: StepCircumstances): boolean {
  if (step.mode === 'abandoned') return false;
  if (step.handlersRunning > 0) return true;
  if (step.mode === 'draining') return false;
  if (step.effects.some(isCommand)) return true;
  const due = dueAt(step.snapshot);
  return due !== null && due - step.now <= step.holdMs;
}

function planGoingOn(step: StepCircumstances): CheckpointPlan {
  const { history, effects, signalsSeen } = step;
  const worthWriting = history.length > 0 || effects.length > 0 || signalsSeen > 0;
  return { checkpoint: worthWriting ? checkpointOf(step, {}) : null, outcome: null };
}

/** Shutting down: what comes next is for whoever claims it next. */
function planRelease(step: StepCircumstances): CheckpointPlan {
  return {
    checkpoint: checkpointOf(step, { lease: 'release', dueInMs: 0, wakeupSent: true }),
    outcome: { kind: 'released' },
  };
}

function planSleep(step: StepCircumstances): CheckpointPlan {
  const due = dueAt(step.snapshot);
  const dueInMs = due === null ? null : Math.max(0, due - step.now);
  return {
    checkpoint: checkpointOf(step, { lease: 'release', dueInMs, wakeupSent: sendsItself(dueInMs) }),
    outcome: { kind: 'suspended', dueInMs },
  };
}

/** The checkpoint that ends the execution, or has it run again later. */
export function planEnd(step: StepCircumstances, finish: FinishEffect): CheckpointPlan {
  const decision = step.decideFinish(finish);
  if (decision.kind === 'redrive') {
    const { delayMs } = decision;
    return {
      checkpoint: checkpointOf(step, {
        lease: 'release',
        status: 'PENDING_REDRIVE',
        dueInMs: delayMs,
        wakeupSent: sendsItself(delayMs),
        attempts: step.claimed.attempts + 1,
        error: finish.error ?? null,
        cause: finish.cause ?? null,
      }),
      outcome: { kind: 'suspended', dueInMs: delayMs },
    };
  }
  const failed = finish.status === 'FAILED' || finish.status === 'TIMED_OUT';
  return {
    checkpoint: checkpointOf(step, {
      lease: 'release',
      status: finish.status,
      snapshot: finish.status === 'SUCCEEDED' ? null : encodeSnapshot(step.snapshot),
      attempts: step.claimed.attempts + (failed ? 1 : 0),
      output: finish.output === undefined ? null : JSON.stringify(finish.output),
      error: finish.error ?? null,
      cause: finish.cause ?? null,
      archiveReason: decision.kind === 'archive' ? decision.reason : null,
      notify: replyOf(step, finish),
    }),
    outcome: { kind: 'ended' },
  };
}

/** The answer to whoever waits for this end. */
function replyOf({ claimed, arn, snapshot, now }: StepCircumstances, finish: FinishEffect) {
  const { replyTo, machineId, name, input } = claimed;
  if (replyTo === null) return null;
  return replySignal(replyTo, {
    ...{ arn, machineArn: machineArn(machineId), name, input },
    ...{ startedAt: snapshot.startedAt, stoppedAt: now, finish },
  });
}

/** Short sleeps are ended by a delayed task; longer ones, which no broker holds, by the sweep. */
export function sendsItself(dueInMs: number | null): boolean {
  return dueInMs !== null && dueInMs <= brokerLimits.delayMsMax;
}

function checkpointOf(step: StepCircumstances, changes: Partial<Checkpoint>): Checkpoint {
  const { claimed, snapshot, history } = step;
  return claimedCheckpoint(claimed, {
    status: snapshot.status,
    snapshot: changes.snapshot === undefined ? encodeSnapshot(snapshot) : changes.snapshot,
    events: history.length === 0 ? null : JSON.stringify(history),
    firstEventId: history[0]?.id ?? 0,
    signalsSeen: step.signalsSeen,
    signalsUnused: step.signalsUnused,
    ...changes,
  });
}

/** The checkpoint that leaves an execution as it was claimed, but for `changes`. */
export function claimedCheckpoint(
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
