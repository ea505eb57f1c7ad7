/**
 * The upper limit of a durable run: the same claims and group commits without the engine, with
 * recorded checkpoints of the same size in the same groups. A call starts once as many calls have
 * been answered as when the engine made it, so that calls overlap as they did then.
 */
import type { Checkpoint } from '../lib/ports/store/checkpoint-store.ts';
import type { Store } from '../lib/ports/store/store.ts';
import { checkAllSucceeded, type PreparedBatch, prepareBatch } from './prepared-batch.ts';
import type { RecordedCall, StoreRecording } from './store-recording.ts';

/**
 * Repeats the recorded calls on a fresh store. Returns executions a second; throws when a call
 * fails.
 */
export async function replayStatements(
  store: Store,
  count: number,
  recording: StoreRecording,
): Promise<number> {
  const batch = await prepareBatch(store, count);
  const startedAt = performance.now();
  await replay(store, batch, recording);
  const seconds = (performance.now() - startedAt) / 1_000;
  await checkAllSucceeded(store, batch.id, count);
  return count / seconds;
}

async function replay(
  store: Store,
  batch: PreparedBatch,
  recording: StoreRecording,
): Promise<void> {
  const answered = new AnswerCount();
  const stepsDone = new Uint8Array(batch.executionIds.length);
  /** The latest call of each execution: its next call must not overtake it. */
  const latest: Promise<void>[] = [];
  for (const call of recording.calls) {
    await answered.reached(call.after);
    const { members } = call;
    const before = new Set(members.flatMap((index) => latest[index] ?? []));
    const work = Promise.all(before)
      .then(() => repeatCall(store, batch, recording, stepsDone, call))
      .then(() => answered.advance());
    // A failed call rejects the pending wait.
    work.catch((error: unknown) => answered.fail(error));
    for (const index of members) latest[index] = work;
  }
  await answered.reached(recording.calls.length);
}

async function repeatCall(
  store: Store,
  batch: PreparedBatch,
  recording: StoreRecording,
  stepsDone: Uint8Array,
  { kind, members }: RecordedCall,
): Promise<void> {
  if (kind === 'claim') {
    const ids = members.map((index) => batch.executionIds[index] ?? '');
    const { refused } = await store.claim('bench', 600_000, ids);
    if (refused.length > 0) throw new Error(`${refused.length} claims were refused`);
    return;
  }
  const group = members.map((index) => nextCheckpoint(recording, batch, stepsDone, index));
  const written = await store.commit(group);
  if (written.size < group.length) {
    throw new Error(`${group.length - written.size} of ${group.length} checkpoints were refused`);
  }
}

/** Returns the next checkpoint of the execution at `index`. */
function nextCheckpoint(
  { checkpoints }: StoreRecording,
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

/** Counts answered calls. One caller at a time can wait for a count. */
class AnswerCount {
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
