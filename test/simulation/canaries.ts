/**
 * Parts broken on purpose, one for each checker: a simulation that does not notice them would
 * notice nothing.
 */
import { decodeSnapshot, encodeSnapshot } from '../../lib/engine/snapshot.ts';
import type { Clock } from '../../lib/ports/clock.ts';
import type { NewExecution } from '../../lib/ports/execution-store.ts';
import type { NewMessage } from '../../lib/ports/message-store.ts';
import type { Store } from '../../lib/ports/store.ts';
import type { FaultPlan } from './fault-plan.ts';

/** What replaces sound parts; all that is left out stays sound. */
export interface Sabotage {
  readonly store?: (store: Store) => Store;
  /** For leader processes alone. */
  readonly leaderStore?: (store: Store) => Store;
  readonly clock?: (clock: Clock) => Clock;
  /** Faults in which the broken part matters, in place of those drawn. */
  readonly faults?: Partial<FaultPlan>;
}

/** A broken part, and the invariant whose checker has to see it. */
export interface Canary {
  readonly title: string;
  readonly breaks: string;
  readonly sabotage: Sabotage;
}

/** Workers that die while the queues are emptied: only the sweep finds what they held. */
const deadWorkers: Partial<FaultPlan> = { crash: 0.2, purge: 0.2 };
/** Workers that wake after others have taken over. */
const sleepyWorkers: Partial<FaultPlan> = { freeze: 0.2, freezeMsMax: 120_000 };

/** Whose tasks come late, to workers that notice. */
const tardyBroker: Partial<FaultPlan> = { messageLost: 0.5, freeze: 0, clockJump: 0 };

const messageInvariant = 'a message goes to those who wait at one moment, and is never lost';

/** See this file's head. */
export const canaries: readonly Canary[] = [
  {
    title: 'a store that ignores the fence',
    breaks: 'no stale worker writes',
    sabotage: { store: ignoringFences, faults: sleepyWorkers },
  },
  {
    title: 'a sweeper that never sends lost tasks',
    breaks: 'every accepted execution ends exactly once',
    sabotage: { leaderStore: (store) => ({ ...store, takeOldest: async () => [] }) },
  },
  {
    title: 'a sweeper that does not fill emptied queues again',
    breaks: 'nothing that is due is left alone by idle workers',
    sabotage: {
      leaderStore: (store) => ({ ...store, takeOldest: async () => [] }),
      faults: { purge: 0.2 },
    },
  },
  {
    title: 'a sweeper that leaves to the dead what they held',
    breaks: 'every accepted execution ends exactly once',
    sabotage: {
      leaderStore: (store) => ({ ...store, recoverOrphans: async () => [] }),
      faults: deadWorkers,
    },
  },
  {
    title: 'a store that forgets signals as it takes them',
    breaks: 'every accepted execution ends exactly once',
    sabotage: {
      store: (store) => ({
        ...store,
        signal: async () => ({ wakeups: [], held: [], refused: [] }),
      }),
    },
  },
  {
    title: 'a leader whose map runs end without an answer',
    breaks: 'every accepted execution ends exactly once',
    sabotage: {
      leaderStore: (store) => ({
        ...store,
        signal: async () => ({ wakeups: [], held: [], refused: [] }),
      }),
    },
  },
  {
    title: 'results of map runs that are out of order',
    breaks: 'outputs and attempts equal those of a run without faults',
    sabotage: { leaderStore: (store) => ({ ...store, listResults: listBackwards(store) }) },
  },
  {
    title: 'a store that does not deliver what ends have left',
    breaks: 'every accepted execution ends exactly once',
    sabotage: {
      store: (store) => ({ ...store, wakeSignalled: async () => ({ wakeups: [], held: [] }) }),
    },
  },
  {
    title: 'a store that loses the messages of those who have no use for them',
    breaks: messageInvariant,
    sabotage: {
      // who has given up is still taken for one who waits, as it is when a worker dies
      store: (store) => ({ ...store, forgetWaiter: async () => {} }),
      leaderStore: (store) => ({ ...store, returnMessages: async () => 0 }),
      faults: { abort: 0.05 },
    },
  },
  {
    title: 'a store that gives messages out and keeps them',
    breaks: messageInvariant,
    sabotage: { store: keepingMessages },
  },
  {
    title: 'a sweeper that does not match what a crash has left apart',
    breaks: 'every accepted execution ends exactly once',
    sabotage: {
      leaderStore: (store) => ({
        ...store,
        matchMessages: async () => ({ wakeups: [], held: [] }),
      }),
    },
  },
  {
    title: 'a store that loses the events of every tenth commit',
    breaks: 'no history has a gap or two ends',
    sabotage: { store: losingEvents },
  },
  {
    title: 'a store that hands out snapshots of a later time',
    breaks: 'every snapshot written is sound and stands at the end of its history',
    sabotage: { store: (store) => ({ ...store, claim: claimAhead(store) }) },
  },
  {
    title: 'a store that takes EXPRESS machines for STANDARD ones',
    breaks: 'every snapshot written is sound and stands at the end of its history',
    sabotage: { store: withoutExpress },
  },
  {
    title: 'a store that counts a stall as an attempt',
    breaks: 'attempts count failures of the work alone, and are at most retriesMax + 1',
    sabotage: { store: (store) => ({ ...store, claim: claimCountingStalls(store) }) },
  },
  {
    title: 'a store that counts a batch one success too many',
    breaks: "a batch's counters equal its executions",
    sabotage: {
      store: (store) => {
        // Broken for whoever asks, the checkers too.
        const { getBatch } = store;
        store.getBatch = async (id) => {
          const batch = await getBatch(id);
          return batch === null ? null : { ...batch, succeeded: batch.succeeded + 1 };
        };
        return store;
      },
    },
  },
  {
    title: 'a janitor that cleans up the archive',
    breaks: 'nothing leaves the archive but by an order of a person',
    sabotage: {
      leaderStore: (store) => ({ ...store, prune: () => store.deleteArchived({}, 1) }),
    },
  },
  {
    title: 'a janitor that looks at age alone',
    breaks: 'no execution is deleted that is open, archived, of an open batch or too young',
    sabotage: { leaderStore: (store) => ({ ...store, prune: pruneWhatIsArchived(store) }) },
  },
  {
    title: 'a store that keeps an empty object in place of an output',
    breaks: 'outputs and attempts equal those of a run without faults',
    sabotage: { store: (store) => ({ ...store, commit: commitEmptyOutputs(store) }) },
  },
  {
    title: 'a store that knows of no keys',
    breaks: 'no two open executions of a machine have the same key, which is free after the end',
    sabotage: { store: creating(({ uniqueKey, ...execution }) => execution) },
  },
  {
    title: 'a store that knows of no schedule',
    breaks: 'nothing runs before its start or after its deadline',
    sabotage: { store: creating(({ startInMs, ...execution }) => execution) },
  },
  {
    title: 'a store that hands executions out without their deadline',
    breaks: 'nothing runs before its start or after its deadline',
    sabotage: {
      store: (store) => ({ ...store, claim: claimWithoutDeadline(store) }),
      faults: tardyBroker,
    },
  },
  {
    title: 'a store that promises a cancellation and forgets it',
    breaks: 'what was cancelled before its start calls nobody and ends ABORTED',
    sabotage: {
      store: (store) => ({
        ...store,
        abortUnstarted: async (ids) => ({ cancelled: [...ids], wakeups: [] }),
      }),
      faults: { cancel: 0.1 },
    },
  },
  {
    title: 'a clock whose timers cannot be cancelled',
    breaks: 'no timer, slot or message is left when all is done and stopped',
    sabotage: { clock: uncancellable },
  },
];

function ignoringFences(store: Store): Store {
  const newest = new Map<string, number>();
  return {
    ...store,
    claim: async (...given) => {
      const result = await store.claim(...given);
      for (const { id, fence } of result.claimed) newest.set(id, fence);
      return result;
    },
    commit: (checkpoints) =>
      store.commit(
        checkpoints.map((each) => ({ ...each, fence: newest.get(each.executionId) ?? each.fence })),
      ),
  };
}

function keepingMessages(store: Store): Store {
  const sent: NewMessage[] = [];
  return {
    ...store,
    putMessage: (message) => {
      sent.push(message);
      return store.putMessage(message);
    },
    matchMessages: async (...given) => {
      const outcome = await store.matchMessages(...given);
      for (const message of sent) await store.putMessage(message);
      return outcome;
    },
  };
}

function losingEvents(store: Store): Store {
  let commits = 0;
  return {
    ...store,
    commit: (checkpoints) => {
      commits += 1;
      if (commits % 10 !== 0) return store.commit(checkpoints);
      return store.commit(checkpoints.map((checkpoint) => ({ ...checkpoint, events: null })));
    },
  };
}

function claimAhead(store: Store): Store['claim'] {
  return async (...given) => {
    const { claimed, refused } = await store.claim(...given);
    const ahead = claimed.map((each) => {
      if (each.snapshot === null) return each;
      const snapshot = decodeSnapshot(each.snapshot);
      const lastEventId = snapshot.lastEventId + 1;
      return { ...each, snapshot: encodeSnapshot({ ...snapshot, lastEventId }) };
    });
    return { claimed: ahead, refused };
  };
}

function withoutExpress(store: Store): Store {
  return {
    ...store,
    getMachine: async (...given) => {
      const machine = await store.getMachine(...given);
      return machine && { ...machine, kind: 'STANDARD' };
    },
  };
}

function listBackwards(store: Store): Store['listResults'] {
  return async (...given) => {
    const { entries, next } = await store.listResults(...given);
    return { entries: entries.toReversed(), next };
  };
}

function claimCountingStalls(store: Store): Store['claim'] {
  return async (...given) => {
    const { claimed, refused } = await store.claim(...given);
    const counted = claimed.map((each) => ({ ...each, attempts: each.attempts + each.stalls }));
    return { claimed: counted, refused };
  };
}

function claimWithoutDeadline(store: Store): Store['claim'] {
  return async (...given) => {
    const { claimed, refused } = await store.claim(...given);
    return { claimed: claimed.map((each) => ({ ...each, deadlineAt: null })), refused };
  };
}

function creating(change: (execution: NewExecution) => NewExecution) {
  return (store: Store): Store => ({
    ...store,
    createExecutions: (executions, sent) => store.createExecutions(executions.map(change), sent),
  });
}

function pruneWhatIsArchived(store: Store): Store['prune'] {
  return async (_retentionMs, limit) => {
    await store.deleteArchived({}, limit);
    return store.prune(0, limit);
  };
}

function commitEmptyOutputs(store: Store): Store['commit'] {
  return (checkpoints) =>
    store.commit(
      checkpoints.map((each) => ({ ...each, output: each.output === null ? null : '{}' })),
    );
}

function uncancellable(clock: Clock): Clock {
  return {
    now: () => clock.now(),
    after: (ms, callback) => {
      clock.after(ms, callback);
      return () => {};
    },
  };
}
