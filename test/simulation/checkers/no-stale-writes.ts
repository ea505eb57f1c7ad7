/** A worker that has lost an execution changes nothing of it, and is told so. */
import type { Checker } from './checker.ts';

/** See this file's head. */
export function noStaleWrites(): Checker {
  return {
    invariant: 'no stale worker writes',
    seen: (observation) => {
      if (observation.kind !== 'committed') return [];
      const { checkpoint, accepted, before, after } = observation;
      const stale = before?.fence !== checkpoint.fence;
      const about = `${checkpoint.executionId}: a commit under fence ${checkpoint.fence}`;
      if (stale && accepted) return [`${about} was accepted, the fence being ${before?.fence}`];
      if (!stale && !accepted && before?.endedAt === null) return [`${about} was refused`];
      const changed = JSON.stringify(before) !== JSON.stringify(after);
      return !accepted && changed ? [`${about} was refused and changed something`] : [];
    },
  };
}
