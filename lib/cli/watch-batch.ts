import type { Millrace } from '../app/millrace.ts';
import { MillraceError } from '../errors.ts';
import type { BatchSummary } from '../operations/batches/batch-view.ts';
import type { Io } from './io.ts';
import { ProgressBar } from './progress-bar.ts';

/**
 * Waits until a batch that this process runs has ended or is paused, and shows its progress. Throws
 * STOPPED when the process is interrupted first.
 * @param flags the options that reach the store, for the command that continues the batch
 */
export async function watchBatch(
  io: Io,
  app: Millrace,
  batchId: string,
  flags: string,
): Promise<void> {
  const batch = await followBatch(io, app, batchId);
  if (batch.status !== 'RUNNING') return;
  throw new MillraceError(
    'STOPPED',
    'interrupted: unfinished work was handed back, and nothing is lost. ' +
      `Continue with 'npx millrace batch start ${batch.name} --resume${flags}'`,
    { fields: { batchId: batch.id } },
  );
}

/**
 * Shows the progress of a batch until it has ended or is paused, or the process is interrupted.
 * Returns the batch as it is then.
 */
export async function followBatch(io: Io, app: Millrace, batchId: string): Promise<BatchSummary> {
  const startedAt = performance.now();
  let doneAtStart: number | null = null;
  let bar: ProgressBar | null = null;
  const onProgress = (batch: BatchSummary) => {
    const failed = batch.failed + batch.timedOut + batch.aborted;
    const done = batch.succeeded + failed;
    doneAtStart ??= done;
    bar ??= new ProgressBar(io.stderr, batch.name);
    const seconds = (performance.now() - startedAt) / 1_000;
    const perSecond = seconds > 0 ? (done - doneAtStart) / seconds : 0;
    bar.update({ done, total: batch.sourceDone ? batch.created : null, failed, perSecond });
    if (batch.status !== 'RUNNING' || io.interrupted.aborted) bar.end();
  };
  return app.batches.wait(batchId, { signal: io.interrupted, onProgress });
}
