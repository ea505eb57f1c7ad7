/**
 * How an execution of an EXPRESS machine is run: in memory from start to end, with one checkpoint,
 * its end. What interrupts it before (a crash, a shutdown past its grace, a retry) makes it begin
 * again from the start, so its handlers may be called again: at least once. Pure.
 */
import type { FinishEffect } from '../../engine/effect.ts';
import {
  type CheckpointPlan,
  claimedCheckpoint,
  planEnd,
  type RunPolicy,
  type StepCircumstances,
} from './checkpoint-plan.ts';

/** See this file's head. A drain lets it end: what it has done would be done again otherwise. */
export const expressPolicy: RunPolicy = Object.freeze({ plan, beginsWhileDraining: true });

function plan(step: StepCircumstances): CheckpointPlan {
  const finish = step.effects.find((effect) => effect.type === 'finish');
  if (finish !== undefined) return planExpressEnd(step, finish);
  if (goesOn(step)) return { checkpoint: null, outcome: null };
  return {
    checkpoint: claimedCheckpoint(step.claimed, {
      lease: 'release',
      dueInMs: 0,
      wakeupSent: true,
    }),
    outcome: { kind: 'released' },
  };
}

/** While draining, sleeps are not waited for: they may take longer than the grace. */
function goesOn({ mode, handlersRunning, effects }: StepCircumstances): boolean {
  if (mode === 'running') return true;
  if (mode === 'abandoned') return false;
  return handlersRunning > 0 || effects.some(({ type }) => type === 'invoke');
}

/** Its status, output, error and cause; where it stood and what it did are not kept. */
function planExpressEnd(step: StepCircumstances, finish: FinishEffect): CheckpointPlan {
  const { checkpoint, outcome } = planEnd({ ...step, history: [] }, finish);
  return { checkpoint: checkpoint && { ...checkpoint, snapshot: null }, outcome };
}
