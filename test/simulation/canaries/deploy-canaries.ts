/** Broken parts of what runs two versions of a program, or leaders as functions. */
import type { Store } from '../../../lib/ports/store/store.ts';
import type { Canary } from './canary.ts';

/** Their canaries. */
export const deployCanaries: readonly Canary[] = [
  {
    title: 'a leader that pauses a batch whose transformer another version has',
    breaks: 'no leader pauses a batch that a leader of another version can lead',
    seed: 16,
    sabotage: { hasVersions: true, deployGraceMs: 0, faults: {} },
  },
  {
    title: 'a worker that fails the calls whose handlers another version has',
    breaks: 'outputs and attempts equal those of a run without faults',
    seed: 81,
    sabotage: { hasVersions: true, failsUnknownHandlers: true, faults: {} },
  },
  {
    title: 'a store that starts executions in the newest version of their machine',
    breaks: 'outputs and attempts equal those of a run without faults',
    seed: 8,
    sabotage: { hasVersions: true, faults: {}, store: claimingNewest },
  },
  {
    title: 'a leader schedule that stays off when work is recorded',
    breaks: 'every accepted execution ends exactly once',
    seed: 10,
    sabotage: { usesLeaderFunctions: true, forgetsSchedule: true, faults: {} },
  },
  {
    title: 'a leader function that rests although work is ahead',
    breaks: 'every accepted execution ends exactly once',
    seed: 13,
    sabotage: {
      usesLeaderFunctions: true,
      faults: {},
      leaderStore: (store) => ({
        ...store,
        workAhead: async () => ({ busy: false, nextDueMs: null }),
      }),
    },
  },
  {
    title: 'a store that counts a retried attempt again when its commit is repeated',
    breaks: "a batch's counters equal its executions",
    seed: 17,
    sabotage: { faults: { answerLost: 0.2 }, store: countingRepeats },
  },
];

function claimingNewest(store: Store): Store {
  return {
    ...store,
    claim: async (...args) => {
      const { claimed, refused } = await store.claim(...args);
      const newest = claimed.map(async (each) => {
        const [version = each.machineVersion] = await versionsOf(store, each.machineId);
        return { ...each, machineVersion: version };
      });
      return { claimed: await Promise.all(newest), refused };
    },
  };
}

async function versionsOf(store: Store, machineId: string): Promise<number[]> {
  const versions = await store.listMachineVersions(machineId, 1);
  return versions.map(({ version }) => version);
}

function countingRepeats(store: Store): Store {
  const seen = new Set<string>();
  const repeats = new Map<string, number>();
  const { getBatch, commit } = store;
  // Broken for every caller, the checkers included.
  store.getBatch = async (id) => {
    const batch = await getBatch(id);
    return batch === null ? null : { ...batch, retried: batch.retried + (repeats.get(id) ?? 0) };
  };
  store.commit = async (checkpoints, sums) => {
    const written = await commit(checkpoints, sums);
    for (const { executionId, status, fence } of checkpoints) {
      const batchId = (await store.getExecution(executionId))?.batchId ?? '';
      const key = `${executionId} ${fence}`;
      if (status === 'PENDING_REDRIVE' && seen.has(key)) {
        repeats.set(batchId, (repeats.get(batchId) ?? 0) + 1);
      }
      seen.add(key);
    }
    return written;
  };
  return store;
}
