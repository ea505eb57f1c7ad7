import { decodeSnapshot, encodeSnapshot } from '../../lib/engine/snapshot.ts';
import type { Clock } from '../../lib/ports/clock.ts';
import type { NewExecution } from '../../lib/ports/store/execution-store.ts';
import type { NewMessage } from '../../lib/ports/store/message-store.ts';
import type { Store } from '../../lib/ports/store/store.ts';
import type { Canary } from './canaries/canary.ts';
import { deployCanaries } from './canaries/deploy-canaries.ts';
import { limitCanaries } from './canaries/limit-canaries.ts';
import type { FaultPlan } from './fault-plan.ts';

/** Workers crash while queues are purged: only the sweeper finds their executions. */
const crashingWorkers: Partial<FaultPlan> = { crash: 0.2, purge: 0.2 };
/** Workers thaw after others have taken their executions. */
const frozenWorkers: Partial<FaultPlan> = { freeze: 0.2, freezeMsMax: 120_000 };

/** Faults that would hide a rare breach behind many others. */
const otherFaultsOff: Partial<FaultPlan> = { poison: 0, silent: 0, readOnly: 0, clockStep: 0 };

/** Tasks arrive late, at workers with exact clocks. */
const lateTasks: Partial<FaultPlan> = { messageLost: 0.5, freeze: 0, clockJump: 0 };

const messageInvariant =
  'a message goes to the executions that wait at one time, and is never lost';

/**
 * Parts broken on purpose, at least one for each checker: they prove that the simulation reports
 * such faults.
 */
export const canaries: readonly Canary[] = [
  {
    title: 'a store that ignores the fence',
    breaks: 'no stale worker writes',
    seed: 17,
    sabotage: { store: ignoringFences, faults: frozenWorkers },
  },
  {
    title: 'a sweeper that never sends lost tasks',
    breaks: 'every accepted execution ends exactly once',
    seed: 10,
    sabotage: { leaderStore: (store) => ({ ...store, requeueOldest: async () => [] }) },
  },
  {
    title: 'a sweeper that does not refill purged queues',
    breaks: 'idle workers take every task that is due',
    seed: 10,
    sabotage: {
      leaderStore: (store) => ({ ...store, requeueOldest: async () => [] }),
      faults: { purge: 0.2 },
    },
  },
  {
    title: 'a sweeper that does not recover the executions of dead workers',
    breaks: 'every accepted execution ends exactly once',
    seed: 13,
    sabotage: {
      leaderStore: (store) => ({ ...store, recoverOrphans: async () => [] }),
      faults: crashingWorkers,
    },
  },
  {
    title: 'a store that forgets the signals it accepts',
    breaks: 'every accepted execution ends exactly once',
    seed: 7,
    sabotage: {
      store: (store) => ({
        ...store,
        sendSignals: async () => ({ wakeups: [], held: [], refused: [] }),
      }),
    },
  },
  {
    title: 'a leader whose map runs end without an answer',
    breaks: 'every accepted execution ends exactly once',
    seed: 7,
    sabotage: {
      leaderStore: (store) => ({
        ...store,
        sendSignals: async () => ({ wakeups: [], held: [], refused: [] }),
      }),
    },
  },
  {
    title: 'map run results that are out of order',
    breaks: 'outputs and attempts equal those of a run without faults',
    seed: 6,
    sabotage: { leaderStore: (store) => ({ ...store, listResults: listBackwards(store) }) },
  },
  {
    title: 'a store that does not deliver the notices of ended executions',
    breaks: 'every accepted execution ends exactly once',
    seed: 1,
    sabotage: {
      store: (store) => ({ ...store, deliverNotices: async () => ({ wakeups: [], held: [] }) }),
    },
  },
  {
    title: 'a store that loses messages that their receivers did not use',
    breaks: messageInvariant,
    seed: 95,
    isLong: true,
    sabotage: {
      // An execution that has given up still counts as waiting, as after a worker crash.
      store: (store) => ({ ...store, removeWaiter: async () => {} }),
      leaderStore: (store) => ({ ...store, returnMessages: async () => 0 }),
      faults: { ...otherFaultsOff, abort: 0.3, crash: 0.3, outage: 0, callFails: 0.05 },
    },
  },
  {
    title: 'a store that keeps the messages it delivers',
    breaks: messageInvariant,
    seed: 3,
    sabotage: { store: keepingMessages },
  },
  {
    title: 'a sweeper that does not match messages after a crash',
    breaks: 'every accepted execution ends exactly once',
    seed: 5,
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
    title: 'a store that returns snapshots from the future',
    breaks: 'every snapshot is valid and matches the end of its history',
    seed: 12,
    sabotage: { store: (store) => ({ ...store, claim: claimAhead(store) }) },
  },
  {
    title: 'a store that treats EXPRESS machines as STANDARD ones',
    breaks: 'every snapshot is valid and matches the end of its history',
    seed: 1,
    sabotage: { store: withoutExpress },
  },
  {
    title: 'a store that counts a stall as an attempt',
    breaks: 'attempts count only failures of the work, and are at most retriesMax + 1',
    seed: 9,
    sabotage: { store: (store) => ({ ...store, claim: claimCountingStalls(store) }) },
  },
  {
    title: 'a store that counts a batch one success too many',
    breaks: "a batch's counters equal its executions",
    seed: 8,
    sabotage: {
      store: (store) => {
        // Broken for every caller, the checkers included.
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
    title: 'a janitor that deletes archive entries',
    breaks: 'entries leave the archive only by a command of an operator',
    seed: 16,
    sabotage: {
      leaderStore: (store) => ({ ...store, pruneExecutions: () => store.deleteArchived({}, 1) }),
    },
  },
  {
    title: 'a janitor that considers only age',
    breaks:
      'retention never deletes an execution that is open, archived, of an open batch or too young',
    seed: 8,
    sabotage: {
      leaderStore: (store) => ({ ...store, pruneExecutions: pruneWhatIsArchived(store) }),
    },
  },
  {
    title: 'a store that replaces outputs by empty objects',
    breaks: 'outputs and attempts equal those of a run without faults',
    seed: 8,
    sabotage: { store: (store) => ({ ...store, commit: commitEmptyOutputs(store) }) },
  },
  {
    title: 'a store that ignores unique keys',
    breaks: 'no two open executions of a machine have the same key, which is free after the end',
    seed: 1,
    sabotage: { store: creating(({ uniqueKey, ...execution }) => execution) },
  },
  {
    title: 'a store that ignores start times',
    breaks: 'nothing runs before its start or after its deadline',
    sabotage: { store: creating(({ startInMs, ...execution }) => execution) },
  },
  {
    title: 'a store that returns executions without their deadline',
    breaks: 'nothing runs before its start or after its deadline',
    seed: 10,
    sabotage: {
      store: (store) => ({ ...store, claim: claimWithoutDeadline(store) }),
      faults: lateTasks,
    },
  },
  {
    title: 'a store that confirms a cancellation and forgets it',
    breaks: 'an execution cancelled before its start calls no handler and ends ABORTED',
    seed: 10,
    sabotage: {
      store: (store) => ({
        ...store,
        cancelUnstarted: async (ids) => ({ cancelled: [...ids], wakeups: [] }),
      }),
      faults: { cancel: 0.1 },
    },
  },
  {
    title: 'a store that counts the stalls of neighbours',
    breaks: 'an execution ends Millrace.Stalled only for stalls while it ran alone',
    seed: 44,
    isLong: true,
    sabotage: {
      store: (store) => ({
        ...store,
        claim: (workerId, leaseMs, ids) => store.claim(workerId, leaseMs, ids, { alone: true }),
      }),
      faults: { poison: 0.6 },
    },
  },
  {
    title: 'a clock whose timers wait for the time of day',
    breaks: 'idle workers take every task that is due',
    seed: 13,
    sabotage: { processClock: followingTheTimeOfDay, faults: { clockStep: 0.3, messageLost: 0.5 } },
  },
  {
    title: 'a clock whose timers cannot be cancelled',
    breaks: 'a stopped cluster without work has no timer, slot or message left',
    sabotage: { clock: uncancellable },
  },
  {
    title: 'a store whose claims tell a time that is an hour late',
    breaks: 'an execution sleeps no longer than until its next timer',
    seed: 6,
    sabotage: { store: (store) => ({ ...store, claim: claimLate(store) }) },
  },
  ...deployCanaries,
  ...limitCanaries,
];

function ignoringFences(store: Store): Store {
  const newest = new Map<string, number>();
  return {
    ...store,
    claim: async (...args) => {
      const result = await store.claim(...args);
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
    matchMessages: async (...args) => {
      const outcome = await store.matchMessages(...args);
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
  return async (...args) => {
    const { claimed, refused } = await store.claim(...args);
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
    getRevision: async (...args) => {
      const machine = await store.getRevision(...args);
      return machine && { ...machine, kind: 'STANDARD' };
    },
  };
}

function listBackwards(store: Store): Store['listResults'] {
  return async (...args) => {
    const { entries, next } = await store.listResults(...args);
    return { entries: entries.toReversed(), next };
  };
}

function claimCountingStalls(store: Store): Store['claim'] {
  return async (...args) => {
    const { claimed, refused } = await store.claim(...args);
    const counted = claimed.map((each) => ({ ...each, attempts: each.attempts + each.stalls }));
    return { claimed: counted, refused };
  };
}

function claimWithoutDeadline(store: Store): Store['claim'] {
  return async (...args) => {
    const { claimed, refused } = await store.claim(...args);
    return { claimed: claimed.map((each) => ({ ...each, deadlineAt: null })), refused };
  };
}

function claimLate(store: Store): Store['claim'] {
  return async (...args) => {
    const { claimed, refused } = await store.claim(...args);
    const late = claimed.map((each) => ({ ...each, claimedAt: each.claimedAt - 3_600_000 }));
    return { claimed: late, refused };
  };
}

function creating(change: (execution: NewExecution) => NewExecution) {
  return (store: Store): Store => ({
    ...store,
    createExecutions: (executions, sent) => store.createExecutions(executions.map(change), sent),
  });
}

function pruneWhatIsArchived(store: Store): Store['pruneExecutions'] {
  return async (_retentionMs, limit) => {
    await store.deleteArchived({}, limit);
    return store.pruneExecutions(0, limit);
  };
}

function commitEmptyOutputs(store: Store): Store['commit'] {
  return (checkpoints) =>
    store.commit(
      checkpoints.map((each) => ({ ...each, output: each.output === null ? null : '{}' })),
    );
}

/** Timers as they are when they are set by the time of day, and looked at when they fire. */
function followingTheTimeOfDay(clock: Clock): Clock {
  const after = (ms: number, callback: () => void): (() => void) => {
    const dueAt = clock.now() + ms;
    let cancel = clock.after(ms, fire);
    function fire(): void {
      const leftMs = dueAt - clock.now();
      if (leftMs > 0) cancel = clock.after(leftMs, fire);
      else callback();
    }
    return () => cancel();
  };
  return { now: () => clock.now(), monotonicMs: () => clock.now(), after };
}

function uncancellable(clock: Clock): Clock {
  return {
    now: () => clock.now(),
    monotonicMs: () => clock.monotonicMs(),
    after: (ms, callback) => {
      clock.after(ms, callback);
      return () => {};
    },
  };
}
