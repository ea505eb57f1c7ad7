/** Waits for a batch to end and shows how far it is. */
import type { Millrace } from '../app/millrace.ts';
import { MillraceError } from '../errors.ts';
import type { BatchRecord } from '../ports/batch-store.ts';
import { pause } from '../ports/clock.ts';
import type { Io } from './io.ts';
import { askPatiently } from './patience.ts';
import { ProgressBar } from './progress-bar.ts';

/** How often the batch's counters are read, in milliseconds. */
const lookMs = 100;

/**
 * Resolves when the batch has ended or is paused; throws STOPPED when the process is interrupted
 * first.
 */
export async function watchBatch(io: Io, app: Millrace, batchId: string): Promise<BatchRecord> {
  const startedAt = performance.now();
  let doneAtStart: number | null = null;
  let bar: ProgressBar | null = null;
  for (;;) {
    const batch = await askPatiently(app.clock, io.interrupted, () => getBatch(app, batchId));
    const failed = batch.failed + batch.timedOut + batch.aborted;
    const done = batch.succeeded + failed;
    doneAtStart ??= done;
    bar ??= new ProgressBar(io.stderr, batch.name);
    const seconds = (performance.now() - startedAt) / 1_000;
    const perSecond = seconds > 0 ? (done - doneAtStart) / seconds : 0;
    bar.update({ done, total: batch.sourceDone ? batch.created : null, failed, perSecond });
    if (batch.status !== 'RUNNING' || io.interrupted.aborted) {
      bar.end();
      if (batch.status !== 'RUNNING') return batch;
      throw interruption(batch);
    }
    await pause(app.clock, lookMs, io.interrupted);
  }
}

async function getBatch(app: Millrace, batchId: string): Promise<BatchRecord> {
  const batch = await app.store.getBatch(batchId);
  if (batch !== null) return batch;
  throw new MillraceError('UNKNOWN_BATCH', `the store has no batch with the id ${batchId}`);
}

function interruption({ id, name }: BatchRecord): MillraceError {
  return new MillraceError(
    'STOPPED',
    `interrupted: what ran was handed back, and nothing is lost. Go on with 'npx millrace batch start ${name} --resume'`,
    { fields: { batchId: id } },
  );
}
