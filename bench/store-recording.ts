import { isEnd } from '../lib/engine/status.ts';
import type { Checkpoint } from '../lib/ports/store/checkpoint-store.ts';
import type { Store } from '../lib/ports/store/store.ts';
import type { PreparedBatch } from './prepared-batch.ts';

/** One call to the store. */
export interface RecordedCall {
  readonly kind: 'claim' | 'commit';
  /** The executions that the call names, by their index in the batch. */
  readonly members: readonly number[];
  /** How many calls had been answered when this one started. */
  readonly after: number;
}

/**
 * The claims and commits of a durable run: the executions that each call named, and one example of
 * each checkpoint. Small enough to keep in memory while the same statements run without the engine.
 */
export interface StoreRecording {
  readonly calls: readonly RecordedCall[];
  /**
   * The checkpoints of the first execution, in order; those of the others differ in a few digits.
   */
  readonly checkpoints: readonly Checkpoint[];
}

/** A store whose calls are recorded. */
export interface RecordingStore {
  readonly store: Store;
  readonly recording: StoreRecording;
  /** Resolves when so many executions of the batch have ended in all. One call at a time. */
  readonly untilEnded: (count: number) => Promise<void>;
}

/** Wraps a store and records its claims and commits. */
export function recordStoreCalls(inner: Store, batch: PreparedBatch): RecordingStore {
  const indexOf = new Map(batch.executionIds.map((id, index) => [id, index]));
  const membersOf = (ids: readonly string[]) => ids.map((id) => indexOf.get(id) ?? -1);
  const calls: RecordedCall[] = [];
  const checkpoints: Checkpoint[] = [];
  let answered = 0;
  let ended = 0;
  let awaited = { count: 0, resolve: () => {} };
  const store: Store = {
    ...inner,
    claim: async (workerId, leaseMs, ids) => {
      calls.push({ kind: 'claim', members: membersOf(ids), after: answered });
      const result = await inner.claim(workerId, leaseMs, ids);
      answered += 1;
      return result;
    },
    commit: async (group, sums) => {
      const ids = group.map(({ executionId }) => executionId);
      calls.push({ kind: 'commit', members: membersOf(ids), after: answered });
      const written = await inner.commit(group, sums);
      answered += 1;
      checkpoints.push(...group.filter((each) => each.executionId === batch.executionIds[0]));
      ended += group.filter(({ status }) => isEnd(status)).length;
      if (ended >= awaited.count) awaited.resolve();
      return written;
    },
  };
  const untilEnded = (count: number) =>
    new Promise<void>((resolve) => {
      awaited = { count, resolve };
      if (ended >= count) resolve();
    });
  return { store, recording: { calls, checkpoints }, untilEnded };
}
