/**
 * What the engine asked of the store in a durable run: which executions each claim and each group
 * of checkpoints named, and one example of each checkpoint. Small enough to be kept while the same
 * statements are run again without the engine.
 */
import { isEnd } from '../lib/engine/status.ts';
import type { Checkpoint } from '../lib/ports/store/checkpoint-store.ts';
import type { Store } from '../lib/ports/store/store.ts';
import type { PreparedBatch } from './prepared-batch.ts';

/** One call of the store. */
export interface RecordedCall {
  readonly kind: 'claim' | 'commit';
  /** The executions, by their index in the batch. */
  readonly members: readonly number[];
  /** How many calls had been answered when this one began. */
  readonly after: number;
}

/** See this file's head. */
export interface Recording {
  readonly calls: readonly RecordedCall[];
  /** The first execution's checkpoints, in order: the others' differ in a few digits. */
  readonly checkpoints: readonly Checkpoint[];
}

/** The store under observation. */
export interface RecordingStore {
  readonly store: Store;
  readonly recording: Recording;
  /** Resolves when every execution of the batch has ended. */
  readonly allEnded: Promise<void>;
}

/** Passes everything on to `inner`, keeping account of claims and commits. */
export function recordCalls(inner: Store, batch: PreparedBatch): RecordingStore {
  const indexOf = new Map(batch.executionIds.map((id, index) => [id, index]));
  const membersOf = (ids: readonly string[]) => ids.map((id) => indexOf.get(id) ?? -1);
  const calls: RecordedCall[] = [];
  const checkpoints: Checkpoint[] = [];
  let answered = 0;
  const ending = Promise.withResolvers<void>();
  let ended = 0;
  const store: Store = {
    ...inner,
    claim: async (workerId, leaseMs, ids) => {
      calls.push({ kind: 'claim', members: membersOf(ids), after: answered });
      const result = await inner.claim(workerId, leaseMs, ids);
      answered += 1;
      return result;
    },
    commit: async (group) => {
      const ids = group.map(({ executionId }) => executionId);
      calls.push({ kind: 'commit', members: membersOf(ids), after: answered });
      const written = await inner.commit(group);
      answered += 1;
      checkpoints.push(...group.filter((each) => each.executionId === batch.executionIds[0]));
      ended += group.filter(({ status }) => isEnd(status)).length;
      if (ended >= batch.executionIds.length) ending.resolve();
      return written;
    },
  };
  return { store, recording: { calls, checkpoints }, allEnded: ending.promise };
}
