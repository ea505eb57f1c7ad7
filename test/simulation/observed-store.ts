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
import type { Store } from '../../lib/ports/store.ts';

/** One change, as it happened. */
export type Observation =
  | {
      readonly kind: 'created';
      readonly executions: readonly NewExecution[];
      readonly results: readonly CreateResult[];
    }
  | {
      readonly kind: 'committed';
      readonly checkpoint: Checkpoint;
      /** What the caller was told. */
      readonly accepted: boolean;
      readonly before: ExecutionRecord | null;
      readonly after: ExecutionRecord | null;
    }
  /** A person had ended executions run again. */
  | { readonly kind: 'reopened'; readonly executionIds: readonly string[] }
  | { readonly kind: 'abortAsked'; readonly executionIds: readonly string[] };

/**
 * `store`, telling `observe` of every change.
 * @param truth what is looked at before and after; the same store without the sabotage of a canary
 */
export function observedStore(
  store: Store,
  truth: Store,
  observe: (observation: Observation) => void,
): Store {
  const reopened = (wakeups: readonly { readonly executionId: string }[]) =>
    observe({ kind: 'reopened', executionIds: wakeups.map(({ executionId }) => executionId) });
  return {
    ...store,
    fanOut: async (chunk) => {
      const results = await store.fanOut(chunk);
      if (results !== null) observe({ kind: 'created', executions: chunk.executions, results });
      return results;
    },
    createExecutions: async (executions, wakeupSent) => {
      const results = await store.createExecutions(executions, wakeupSent);
      observe({ kind: 'created', executions, results });
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
    redriveArchived: async (filter: ArchiveFilter, limit: number) => {
      const wakeups = await store.redriveArchived(filter, limit);
      reopened(wakeups);
      return wakeups;
    },
    requestAbort: async (executionIds) => {
      const wakeups = await store.requestAbort(executionIds);
      observe({ kind: 'abortAsked', executionIds });
      return wakeups;
    },
  };
}
