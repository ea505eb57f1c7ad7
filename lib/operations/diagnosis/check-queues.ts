import type { QueueStats } from '../../ports/broker.ts';
import { type Finding, okFinding, warningFinding } from './finding.ts';

/** Checks queues by their messages: which are paused, and which hold dead letters. */
export function checkQueues(stats: readonly QueueStats[]): Finding[] {
  return [checkPaused(stats), checkDead(stats)];
}

function checkPaused(stats: readonly QueueStats[]): Finding {
  const paused = stats.filter((queue) => queue.paused).map(({ queue }) => queue);
  if (paused.length === 0) return okFinding('queues', 'none is paused');
  const fix = `run millrace queue resume ${paused.join(' ')}`;
  return warningFinding('queues', `paused: ${paused.join(', ')}`, fix);
}

function checkDead(stats: readonly QueueStats[]): Finding {
  const waiting = stats
    .filter(({ dead }) => dead > 0)
    .map(({ queue, dead }) => `${dead} in ${queue}`);
  if (waiting.length === 0) return okFinding('dead letters', 'none');
  return warningFinding(
    'dead letters',
    waiting.join(', '),
    'a leader archives them within seconds: check that one is alive',
  );
}
