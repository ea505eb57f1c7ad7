import { dueAt } from '../../../lib/engine/due-at.ts';
import { decodeSnapshot } from '../../../lib/engine/snapshot.ts';
import type { Observation } from '../observed-store.ts';
import type { Checker } from './checker.ts';

/** More than a checkpoint is late by freezes and outages, and less than a clock steps. */
const slackMs = 20 * 60_000;

/** Checks that executions sleep until their next timer, whatever their worker's clock shows. */
export function sleepsOnTime(): Checker {
  return {
    invariant: 'an execution sleeps no longer than until its next timer',
    observe: (observation) => (observation.kind === 'committed' ? checkSleep(observation) : []),
  };
}

function checkSleep({
  checkpoint: { executionId, status, lease, dueInMs, snapshot },
  accepted,
  at,
}: Extract<Observation, { kind: 'committed' }>): string[] {
  const sleeps = accepted && lease === 'release' && status === 'RUNNING';
  if (!sleeps || dueInMs === null || snapshot === null) return [];
  const timerAt = dueAt(decodeSnapshot(snapshot));
  // One that was given back for want of a handler may have a timer that is long over.
  if (timerAt === null || dueInMs <= Math.max(0, timerAt - at) + slackMs) return [];
  return [`${executionId} sleeps ${dueInMs} ms, and its timer is in ${timerAt - at} ms`];
}
