/**
 * The limit of a durable run: the same claims and group commits, with canned checkpoints of the
 * same size in the same groups, and nothing else. A call begins as soon as those are answered that
 * had been answered when the engine made it, so that claims and commits overlap as they did.
 */
import type { Checkpoint } from '../lib/ports/execution-store.ts';
import type { Store } from '../lib/ports/store.ts';
import { checkAllSucceeded, type PreparedBatch, prepareBatch } from './prepared-batch.ts';
import type { RecordedCall, Recording } from './recording.ts';

/** Executions a second at which the recorded calls alone are made. Throws when one of them fails. */
export async function runStatementsAlone(
  store: Store,
  count: number,
  recording: Recording,
): Promise<number> {
  const batch = await prepareBatch(store, count);
  const begunAt = performance.now();
  await replay(store, batch, recording);
  const seconds = (performance.now() - begunAt) / 1_000;
  await checkAllSucceeded(store, batch.id, count);
  return count / seconds;
}

async function replay(store: Store, batch: PreparedBatch, recording: Recording): Promise<void> {
  const answered = { claim: new Progress(), commit: new Progress() };
  const stepsDone = new Uint8Array(batch.executionIds.length);
  const make = {
    claim: (members: readonly number[]) => claim(store, batch, members),
    commit: (members: readonly number[]) =>
      commit(
        store,
        members.map((index) => checkpointOf(recording, batch, stepsDone, index)),
      ),
  };
  const lane = async (kind: RecordedCall['kind'], other: RecordedCall['kind']) => {
    for (const call of recording.calls) {
      if (call.kind !== kind) continue;
      await answered[other].reached(call.after);
      await make[kind](call.members);
      answered[kind].advance();
    }
  };
  await Promise.all([lane('claim', 'commit'), lane('commit', 'claim')]);
}

/** The next checkpoint of the execution at `index`. */
function checkpointOf(
  { checkpoints }: Recording,
  { executionIds }: PreparedBatch,
  stepsDone: Uint8Array,
  index: number,
): Checkpoint {
  const step = stepsDone[index] ?? 0;
  stepsDone[index] = step + 1;
  const checkpoint = checkpoints[step];
  const executionId = executionIds[index];
  if (checkpoint === undefined || executionId === undefined) {
    throw new Error(`the recording has no checkpoint ${step} for execution ${index}`);
  }
  return { ...checkpoint, executionId };
}

async function claim(store: Store, { executionIds }: PreparedBatch, members: readonly number[]) {
  const ids = members.map((index) => executionIds[index] ?? '');
  const { refused } = await store.claim('bench', 600_000, ids);
  if (refused.length > 0) throw new Error(`${refused.length} claims were refused`);
}

async function commit(store: Store, group: readonly Checkpoint[]) {
  const written = await store.commit(group);
  if (written.size < group.length) {
    throw new Error(`${group.length - written.size} of ${group.length} checkpoints were refused`);
  }
}

/** A count that can be waited for; one waits at a time. */
class Progress {
  #count = 0;
  #waiting: { readonly count: number; readonly resolve: () => void } | null = null;

  advance(): void {
    this.#count += 1;
    if (this.#waiting === null || this.#waiting.count > this.#count) return;
    this.#waiting.resolve();
    this.#waiting = null;
  }

  async reached(count: number): Promise<void> {
    if (this.#count >= count) return;
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#waiting = { count, resolve };
    await promise;
  }
}
