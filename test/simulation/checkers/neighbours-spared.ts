import { companyStallsMax } from '../../../lib/ports/store/claim-store.ts';
import type { Observation } from '../observed-store.ts';
import type { Checker } from './checker.ts';

/**
 * Checks that an execution is given up as what kills its workers only for losses while it ran
 * alone: never for those of its neighbours.
 */
export function neighboursSpared(): Checker {
  const aloneClaims = new Map<string, number>();
  return {
    invariant: 'an execution ends Millrace.Stalled only for stalls while it ran alone',
    observe: (observation) => {
      if (observation.kind === 'committed') return checkEnd(observation, aloneClaims);
      if (observation.kind !== 'claimed' || !observation.isAlone) return [];
      for (const id of observation.executionIds) {
        aloneClaims.set(id, (aloneClaims.get(id) ?? 0) + 1);
      }
      return [];
    },
  };
}

function checkEnd(
  { checkpoint, accepted, before }: Extract<Observation, { kind: 'committed' }>,
  aloneClaims: ReadonlyMap<string, number>,
): string[] {
  if (!accepted || checkpoint.error !== 'Millrace.Stalled' || before === null) return [];
  const alone = aloneClaims.get(before.id) ?? 0;
  if (alone >= before.stalls - companyStallsMax) return [];
  return [`${before.id} ended after ${before.stalls} stalls, and ran alone ${alone} times`];
}
