/**
 * The limit of a durable run: the same claims and group commits, with canned checkpoints of the
 * same size in the same groups, and nothing else. A call begins as soon as as many are answered as
 * were when the engine made it, so that calls overlap as they did.
 */
import type { Checkpoint } from '../lib/ports/store/checkpoint-store.ts';
import type { Store } from '../lib/ports/store/store.ts';
import { checkAllSucceeded, type PreparedBatch, prepareBatch } from './prepared-batch.ts';
import type { RecordedCall, Recording } from './recording.ts';

/** Executions a second at which the recorded calls alone are made. Throws when one fails. */
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
  const answered = new Progress();
  const stepsDone = new Uint8Array(batch.executionIds.length);
  /** Per execution, the call that named it last: its next must not overtake it. */
  const last: Promise<void>[] = [];
  for (const call of recording.calls) {
    await answered.reached(call.after);
    const { members } = call;
    const before = new Set(members.flatMap((index) => last[index] ?? []));
    const work = Promise.all(before)
      .then(() => make(store, batch, recording, stepsDone, call))
      .then(() => answered.advance());
    // A failure ends the waiting for it.
    work.catch((error: unknown) => answered.fail(error));
    for (const index of members) last[index] = work;
  }
  await answered.reached(recording.calls.length);
}

async function make(
  store: Store,
  batch: PreparedBatch,
  recording: Recording,
  stepsDone: Uint8Array,
  { kind, members }: RecordedCall,
): Promise<void> {
  if (kind === 'claim') {
    const ids = members.map((index) => batch.executionIds[index] ?? '');
    const { refused } = await store.claim('bench', 600_000, ids);
    if (refused.length > 0) throw new Error(`${refused.length} claims were refused`);
    return;
  }
  const group = members.map((index) => checkpointOf(recording, batch, stepsDone, index));
  const written = await store.commit(group);
  if (written.size < group.length) {
    throw new Error(`${group.length - written.size} of ${group.length} checkpoints were refused`);
  }
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

/** A count that can be waited for, by one at a time. */
class Progress {
  #count = 0;
  #awaited = 0;
  #waiting: PromiseWithResolvers<void> | null = null;
  #failure: unknown = null;

  advance(): void {
    this.#count += 1;
    if (this.#count >= this.#awaited) this.#waiting?.resolve();
  }

  fail(error: unknown): void {
    this.#failure = error;
    this.#waiting?.reject(error);
  }

  async reached(count: number): Promise<void> {
    if (this.#failure !== null) throw this.#failure;
    if (this.#count >= count) return;
    this.#awaited = count;
    this.#waiting = Promise.withResolvers();
    await this.#waiting.promise;
  }
}
