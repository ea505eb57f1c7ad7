import type { Checker } from './checker.ts';

/** Checks that the store refuses the writes of a worker that has lost the execution. */
export function noStaleWrites(): Checker {
  return {
    invariant: 'no stale worker writes',
    observe: (observation) => {
      if (observation.kind !== 'committed') return [];
      const { checkpoint, accepted, before, after } = observation;
      const stale = before?.fence !== checkpoint.fence;
      const about = `${checkpoint.executionId}: a commit under fence ${checkpoint.fence}`;
      if (stale && accepted) return [`${about} was accepted, the fence being ${before?.fence}`];
      if (!stale && !accepted && before?.endedAt === null) return [`${about} was refused`];
      if (accepted || JSON.stringify(before) === JSON.stringify(after)) return [];
      return [`${about} was refused and changed something`];
    },
  };
}
