/**
 * A store that reports every change that was actually made, whatever its caller learned. Each
 * observation is made at the time of the change itself.
 */
import type { Json } from '../../lib/asl/json/json.ts';
import type { ArchiveFilter } from '../../lib/ports/store/archive-store.ts';
import type { Checkpoint } from '../../lib/ports/store/checkpoint-store.ts';
import type {
  CreateResult,
  ExecutionRecord,
  MachineVersions,
  NewExecution,
} from '../../lib/ports/store/execution-store.ts';
import type {
  MessageRecord,
  MessageWaiter,
  NewMessage,
} from '../../lib/ports/store/message-store.ts';
import type { Store } from '../../lib/ports/store/store.ts';

/** A handler of an execution was called, or has returned. */
export interface HandlerCall {
  readonly kind: 'called' | 'returned';
  readonly executionId: string;
  readonly resource: string;
  /** Null for one that has returned. */
  readonly parameters: Json;
  /** Tells the calls of an execution apart: the same when a call is made again after a crash. */
  readonly idempotencyKey: string;
}

/** One change. */
export type Observation =
  | {
      readonly kind: 'created';
      readonly executions: readonly NewExecution[];
      readonly results: readonly CreateResult[];
      /** The stored executions that ever had one of the unique keys, the new ones included. */
      readonly rivals: readonly ExecutionRecord[];
      /** When it was requested. */
      readonly at: number;
    }
  | {
      readonly kind: 'committed';
      readonly checkpoint: Checkpoint;
      /** Whether the store accepted the checkpoint. */
      readonly accepted: boolean;
      readonly before: ExecutionRecord | null;
      readonly after: ExecutionRecord | null;
      readonly at: number;
    }
  | (HandlerCall & { readonly at: number })
  /** Executions were handed to a worker. */
  | {
      readonly kind: 'claimed';
      readonly executionIds: readonly string[];
      readonly isAlone: boolean;
    }
  /** The lease of the worker that held them has expired. */
  | { readonly kind: 'orphaned'; readonly executionIds: readonly string[] }
  /** An operator redrove ended executions. */
  | { readonly kind: 'redriven'; readonly executionIds: readonly string[] }
  | { readonly kind: 'abortRequested'; readonly executionIds: readonly string[] }
  /** An operator cancelled executions before their start. */
  | { readonly kind: 'cancelled'; readonly executionIds: readonly string[] }
  /** An operator made tasks due. */
  | { readonly kind: 'madeDue'; readonly executionIds: readonly string[] }
  | { readonly kind: 'messageSent'; readonly message: NewMessage; readonly at: number }
  | { readonly kind: 'waiting'; readonly waiter: MessageWaiter }
  | { readonly kind: 'waiterRemoved'; readonly executionId: string; readonly command: string }
  /** Messages that left the inbox for the executions that waited. */
  | { readonly kind: 'matched'; readonly messages: readonly MessageRecord[] };

/**
 * Wraps a store so that every change is reported to `observe`.
 * @param actual the store that is read before and after; the same one without a canary's sabotage
 */
export function observedStore(
  store: Store,
  actual: Store,
  observe: (observation: Observation) => void,
  now: () => number,
): Store {
  const findRivals = trackKeys(actual);
  return {
    ...store,
    ...observedMessages(store, actual, observe, now),
    ...observedCommands(store, observe),
    claim: async (workerId, leaseMs, ids, terms) => {
      const result = await store.claim(workerId, leaseMs, ids, terms);
      const executionIds = result.claimed.map(({ id }) => id);
      observe({ kind: 'claimed', executionIds, isAlone: terms?.alone ?? false });
      return result;
    },
    fanOut: async (chunk) => {
      const at = now();
      const results = await store.fanOut(chunk);
      if (results === null) return null;
      const { executions } = chunk;
      observe({ kind: 'created', executions, results, rivals: [], at });
      return results;
    },
    createExecutions: async (executions, wakeupSent) => {
      // Both are called without waiting in between, as in `commit`.
      const at = now();
      const writing = store.createExecutions(executions, wakeupSent);
      const [results, rivals] = await Promise.all([writing, findRivals(executions)]);
      observe({ kind: 'created', executions, results, rivals, at });
      return results;
    },
    commit: async (checkpoints) => {
      const at = now();
      // All three are called without waiting: a memory store answers calls in their order.
      const rows = () => checkpoints.map(({ executionId }) => actual.getExecution(executionId));
      const beforehand = rows();
      const writing = store.commit(checkpoints);
      const afterwards = rows();
      const [before, written, after] = await Promise.all([
        Promise.all(beforehand),
        writing,
        Promise.all(afterwards),
      ]);
      for (const [index, checkpoint] of checkpoints.entries()) {
        const accepted = written.has(checkpoint.executionId);
        const rows = { before: before[index] ?? null, after: after[index] ?? null };
        observe({ kind: 'committed', checkpoint, accepted, at, ...rows });
      }
      return written;
    },
  };
}

type CommandMethods = 'redriveArchived' | 'redriveExecutions' | 'cancelUnstarted' | 'makeTasksDue';

function observedCommands(
  store: Store,
  observe: (observation: Observation) => void,
): Pick<Store, CommandMethods | 'requestAbort' | 'recoverOrphans'> {
  const reportRedriven = (wakeups: readonly { readonly executionId: string }[]) =>
    observe({ kind: 'redriven', executionIds: wakeups.map(({ executionId }) => executionId) });
  return {
    redriveArchived: async (filter: ArchiveFilter, limit: number, versions?: MachineVersions) => {
      const wakeups = await store.redriveArchived(filter, limit, versions);
      reportRedriven(wakeups);
      return wakeups;
    },
    redriveExecutions: async (executionIds, versions) => {
      const wakeups = await store.redriveExecutions(executionIds, versions);
      reportRedriven(wakeups);
      return wakeups;
    },
    cancelUnstarted: async (ids) => {
      const cancellation = await store.cancelUnstarted(ids);
      observe({ kind: 'cancelled', executionIds: cancellation.cancelled });
      return cancellation;
    },
    makeTasksDue: async (ids) => {
      const wakeups = await store.makeTasksDue(ids);
      observe({ kind: 'madeDue', executionIds: wakeups.map(({ executionId }) => executionId) });
      return wakeups;
    },
    recoverOrphans: async (limit, expiredMs) => {
      const wakeups = await store.recoverOrphans(limit, expiredMs);
      observe({ kind: 'orphaned', executionIds: wakeups.map(({ executionId }) => executionId) });
      return wakeups;
    },
    requestAbort: async (executionIds) => {
      const wakeups = await store.requestAbort(executionIds);
      observe({ kind: 'abortRequested', executionIds });
      return wakeups;
    },
  };
}

/** Returns a function that finds the stored executions that ever had one of the same keys. */
function trackKeys(actual: Store) {
  const ids = new Map<string, Set<string>>();
  return async (executions: readonly NewExecution[]): Promise<ExecutionRecord[]> => {
    const wanted = new Set<string>();
    for (const { id, uniqueKey } of executions) {
      if (uniqueKey === undefined) continue;
      const all = ids.get(uniqueKey) ?? new Set();
      ids.set(uniqueKey, all.add(id));
      for (const each of all) wanted.add(each);
    }
    const rows = await Promise.all([...wanted].map((id) => actual.getExecution(id)));
    return rows.filter((row) => row !== null);
  };
}

/** Maximum number of messages read per key; no key has more. */
const limit = 1_000;

function observedMessages(
  store: Store,
  actual: Store,
  observe: (observation: Observation) => void,
  now: () => number,
): Pick<Store, 'putMessage' | 'awaitMessage' | 'removeWaiter' | 'matchMessages'> {
  const keys = new Set<string>();
  const inbox = async () => {
    const pages = [...keys].map((key) => actual.listMessages({ key }, { limit }));
    return (await Promise.all(pages)).flatMap(({ entries }) => entries);
  };
  return {
    putMessage: (message) => {
      keys.add(message.key);
      observe({ kind: 'messageSent', message, at: now() });
      return store.putMessage(message);
    },
    awaitMessage: (waiter) => {
      observe({ kind: 'waiting', waiter });
      return store.awaitMessage(waiter);
    },
    removeWaiter: (executionId, command) => {
      observe({ kind: 'waiterRemoved', executionId, command });
      return store.removeWaiter(executionId, command);
    },
    matchMessages: async (...args) => {
      // All three are called without waiting in between, as in `commit`.
      const beforehand = inbox();
      const matching = store.matchMessages(...args);
      const afterwards = inbox();
      const [before, outcome, after] = await Promise.all([beforehand, matching, afterwards]);
      const left = new Set(after.map(({ id }) => id));
      observe({ kind: 'matched', messages: before.filter(({ id }) => !left.has(id)) });
      return outcome;
    },
  };
}
