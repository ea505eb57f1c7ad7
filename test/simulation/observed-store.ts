/**
 * The store as an onlooker sees it who stands right at it: what was really recorded, whatever the
 * caller was told. Each observation is made in the same instant as the change itself.
 */
import type { ArchiveFilter } from '../../lib/ports/archive-store.ts';
import type {
  Checkpoint,
  CreateResult,
  ExecutionRecord,
  NewExecution,
} from '../../lib/ports/execution-store.ts';
import type { MessageRecord, MessageWaiter, NewMessage } from '../../lib/ports/message-store.ts';
import type { Store } from '../../lib/ports/store.ts';

/** A handler of an execution was called, or has come back. */
export interface HandlerCall {
  readonly kind: 'called' | 'returned';
  readonly executionId: string;
  readonly resource: string;
  /** The time that it is for the worker. */
  readonly workerNow: number;
}

/** One change, as it happened. */
export type Observation =
  | {
      readonly kind: 'created';
      readonly executions: readonly NewExecution[];
      readonly results: readonly CreateResult[];
      /** What is stored in that moment of all that ever had one of their keys, themselves too. */
      readonly rivals: readonly ExecutionRecord[];
      /** When it was asked for. */
      readonly at: number;
    }
  | {
      readonly kind: 'committed';
      readonly checkpoint: Checkpoint;
      /** What the caller was told. */
      readonly accepted: boolean;
      readonly before: ExecutionRecord | null;
      readonly after: ExecutionRecord | null;
    }
  | (HandlerCall & { readonly at: number })
  /** A person had ended executions run again. */
  | { readonly kind: 'reopened'; readonly executionIds: readonly string[] }
  | { readonly kind: 'abortAsked'; readonly executionIds: readonly string[] }
  /** A person was told that these will never run. */
  | { readonly kind: 'cancelled'; readonly executionIds: readonly string[] }
  /** A person had these begin at once. */
  | { readonly kind: 'hurried'; readonly executionIds: readonly string[] }
  | { readonly kind: 'messageSent'; readonly message: NewMessage; readonly at: number }
  | { readonly kind: 'waits'; readonly waiter: MessageWaiter }
  | { readonly kind: 'waitsNoMore'; readonly executionId: string; readonly command: string }
  /** Messages that left the inbox for those who waited. */
  | { readonly kind: 'matched'; readonly messages: readonly MessageRecord[] };

/**
 * `store`, telling `observe` of every change.
 * @param truth what is looked at before and after; the same store without the sabotage of a canary
 */
export function observedStore(
  store: Store,
  truth: Store,
  observe: (observation: Observation) => void,
  now: () => number,
): Store {
  const rivalsOf = observedKeys(truth);
  return {
    ...store,
    ...observedMessages(store, truth, observe, now),
    ...observedOrders(store, observe),
    fanOut: async (chunk) => {
      const at = now();
      const results = await store.fanOut(chunk);
      if (results === null) return null;
      const { executions } = chunk;
      observe({ kind: 'created', executions, results, rivals: [], at });
      return results;
    },
    createExecutions: async (executions, wakeupSent) => {
      // Both are called in one go, as in `commit`.
      const at = now();
      const writing = store.createExecutions(executions, wakeupSent);
      const [results, rivals] = await Promise.all([writing, rivalsOf(executions)]);
      observe({ kind: 'created', executions, results, rivals, at });
      return results;
    },
    commit: async (checkpoints) => {
      // All three are called in one go: a memory store answers in the order in which it is asked.
      const rows = () => checkpoints.map(({ executionId }) => truth.getExecution(executionId));
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
        const rowsOf = { before: before[index] ?? null, after: after[index] ?? null };
        observe({ kind: 'committed', checkpoint, accepted, ...rowsOf });
      }
      return written;
    },
  };
}

type Orders = 'redriveArchived' | 'redriveExecutions' | 'abortUnstarted' | 'hurryTasks';

function observedOrders(
  store: Store,
  observe: (observation: Observation) => void,
): Pick<Store, Orders | 'requestAbort'> {
  const reopened = (wakeups: readonly { readonly executionId: string }[]) =>
    observe({ kind: 'reopened', executionIds: wakeups.map(({ executionId }) => executionId) });
  return {
    redriveArchived: async (filter: ArchiveFilter, limit: number) => {
      const wakeups = await store.redriveArchived(filter, limit);
      reopened(wakeups);
      return wakeups;
    },
    redriveExecutions: async (executionIds) => {
      const wakeups = await store.redriveExecutions(executionIds);
      reopened(wakeups);
      return wakeups;
    },
    abortUnstarted: async (ids) => {
      const cancellation = await store.abortUnstarted(ids);
      observe({ kind: 'cancelled', executionIds: cancellation.cancelled });
      return cancellation;
    },
    hurryTasks: async (ids) => {
      const wakeups = await store.hurryTasks(ids);
      observe({ kind: 'hurried', executionIds: wakeups.map(({ executionId }) => executionId) });
      return wakeups;
    },
    requestAbort: async (executionIds) => {
      const wakeups = await store.requestAbort(executionIds);
      observe({ kind: 'abortAsked', executionIds });
      return wakeups;
    },
  };
}

/** Answers what is stored of all that were to be created with one of the keys of `executions`. */
function observedKeys(truth: Store) {
  const ids = new Map<string, Set<string>>();
  return async (executions: readonly NewExecution[]): Promise<ExecutionRecord[]> => {
    const wanted = new Set<string>();
    for (const { id, uniqueKey } of executions) {
      if (uniqueKey === undefined) continue;
      const all = ids.get(uniqueKey) ?? new Set();
      ids.set(uniqueKey, all.add(id));
      for (const each of all) wanted.add(each);
    }
    const rows = await Promise.all([...wanted].map((id) => truth.getExecution(id)));
    return rows.filter((row) => row !== null);
  };
}

/** More messages than ever have the same key. */
const limit = 1_000;

function observedMessages(
  store: Store,
  truth: Store,
  observe: (observation: Observation) => void,
  now: () => number,
): Pick<Store, 'putMessage' | 'awaitMessage' | 'forgetWaiter' | 'matchMessages'> {
  const keys = new Set<string>();
  const inbox = async () => {
    const pages = [...keys].map((key) => truth.listMessages({ key }, { limit }));
    return (await Promise.all(pages)).flatMap(({ entries }) => entries);
  };
  return {
    putMessage: (message) => {
      keys.add(message.key);
      observe({ kind: 'messageSent', message, at: now() });
      return store.putMessage(message);
    },
    awaitMessage: (waiter) => {
      observe({ kind: 'waits', waiter });
      return store.awaitMessage(waiter);
    },
    forgetWaiter: (executionId, command) => {
      observe({ kind: 'waitsNoMore', executionId, command });
      return store.forgetWaiter(executionId, command);
    },
    matchMessages: async (...given) => {
      // All three are called in one go, as in `commit`.
      const beforehand = inbox();
      const matching = store.matchMessages(...given);
      const afterwards = inbox();
      const [before, outcome, after] = await Promise.all([beforehand, matching, afterwards]);
      const left = new Set(after.map(({ id }) => id));
      observe({ kind: 'matched', messages: before.filter(({ id }) => !left.has(id)) });
      return outcome;
    },
  };
}
