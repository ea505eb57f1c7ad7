import type { FinishEffect } from '../../engine/effect.ts';
import {
  type CheckpointPlan,
  createCheckpoint,
  planEnd,
  type RunPolicy,
  type StepCircumstances,
} from './checkpoint-plan.ts';

/**
 * The policy of EXPRESS machines: an execution runs in memory from start to end, with its end as
 * the only checkpoint. An interruption before that (a crash, a shutdown longer than its grace, a
 * retry) restarts it from the beginning, so its handlers may be called again: at least once.
 *
 * A drain lets the execution finish, because its work would be repeated otherwise. Pure.
 */
export const expressPolicy: RunPolicy = Object.freeze({ plan, startsCallsWhileDraining: true });

function plan(step: StepCircumstances): CheckpointPlan {
  const finish = step.effects.find((effect) => effect.type === 'finish');
  if (finish !== undefined) return planExpressEnd(step, finish);
  if (isContinued(step)) return { checkpoint: null, outcome: null };
  return {
    checkpoint: createCheckpoint(step.claimed, {
      lease: 'release',
      dueInMs: 0,
      wakeupSent: true,
    }),
    outcome: { kind: 'released' },
  };
}

/** A draining run does not wait for sleeps: they may take longer than the grace. */
function isContinued({ mode, handlersRunning, effects }: StepCircumstances): boolean {
  if (mode === 'running') return true;
  if (mode === 'abandoned') return false;
  return handlersRunning > 0 || effects.some(({ type }) => type === 'invoke');
}

/** Keeps the status, output, error and cause, but neither the snapshot nor the history. */
function planExpressEnd(step: StepCircumstances, finish: FinishEffect): CheckpointPlan {
  const { checkpoint, outcome } = planEnd({ ...step, history: [] }, finish);
  return { checkpoint: checkpoint && { ...checkpoint, snapshot: null }, outcome };
}
