import type { ResultFormat } from '../batch/results/result-format.ts';
import {
  type WriteProgress,
  type WrittenFile,
  writeResultFile,
} from '../batch/results/write-result-file.ts';
import { hasCode, messageOf } from '../errors.ts';
import { type ObjectWriter, uploadGone } from '../ports/object-store.ts';
import type { BatchQueries } from '../ports/store/batch-queries.ts';
import type {
  LeasedResultFile,
  ResultProgress,
  ResultStore,
} from '../ports/store/results/result-store.ts';
import { Backoff, equalJitter } from '../retry/backoff.ts';
import { type RetryPolicy, retryDelayMs } from '../retry/retry.ts';
import { Role, type RoleOptions } from './role.ts';

/** What a {@link ResultFileWriter} is constructed from, and how it works. */
export interface ResultFileWriterOptions extends RoleOptions {
  readonly store: ResultStore & Pick<BatchQueries, 'listResults'>;
  readonly outputs: ObjectWriter;
  /** Time between two looks for files to write, in milliseconds. @default 2,000 */
  readonly intervalMs?: number;
}

/** Maximum time between two looks, in milliseconds: it doubles while there is no file to write. */
const idleMsMax = 30_000;

/** How long a file is kept from other writers without a sign of life, in milliseconds. */
const leaseMs = 120_000;

/** 5 s, 20 s, 80 s, 5 min, 21 min, then hourly: 12 attempts within about 7 hours. */
const writePolicy: RetryPolicy = Object.freeze({
  backoff: { firstMs: 5_000, factor: 4, maxMs: 3_600_000, jitter: equalJitter },
  attemptsMax: 12,
});

/**
 * Writes the files of results of batches that have ended. A file is written in parts, and each part
 * is recorded: a writer that stops or dies leaves the rest to the next one, which goes on after the
 * last part, or begins again where that is gone. The file appears once, when it is complete.
 *
 * Whoever ends a batch in the same process wakes the writer: it looks seldom otherwise.
 */
export class ResultFileWriter extends Role {
  readonly name = 'result file writer';
  readonly #options: ResultFileWriterOptions;
  readonly #looks: Backoff;

  constructor(options: ResultFileWriterOptions) {
    super(options);
    this.#options = options;
    const { intervalMs = 2_000 } = options;
    this.#looks = new Backoff({ firstMs: intervalMs, maxMs: Math.max(intervalMs, idleMsMax) });
  }

  override wake(): void {
    this.#looks.reset();
    super.wake();
  }

  async tick(signal: AbortSignal): Promise<number> {
    const [file] = await this.#options.store.leaseResultFiles(1, leaseMs);
    if (file === undefined) return this.#looks.nextMs();
    this.#looks.reset();
    await this.#write(file, signal);
    return 0;
  }

  async #write(file: LeasedResultFile, signal: AbortSignal): Promise<void> {
    const { store, outputs, logger } = this.#options;
    const { batchId, fence, output } = file;
    let progress = parseProgress(file);
    // Another writer has the file by now: nothing of it may be written any more.
    let isLost = false;
    const onProgress = async (reached: WriteProgress) => {
      progress = reached;
      this.showLife();
      isLost = !(await store.saveResultProgress(batchId, fence, toProgress(reached), leaseMs));
      return !isLost && !signal.aborted;
    };
    try {
      const request = { batchId, output, format: file.format as ResultFormat };
      const written = await writeResultFile({ store, outputs, onProgress }, request, progress);
      if (isLost) return;
      if (written !== null) return await this.#succeed(file, written);
      const rest = { ...toProgress(progress), status: 'PENDING', reason: null } as const;
      await store.settleResultFile(batchId, fence, { ...rest, retryInMs: 0 });
      logger.info('result file not complete: left to the next writer', { batchId, output });
    } catch (error) {
      await this.#fail(file, progress, error);
    }
  }

  async #succeed(
    { batchId, fence, output }: LeasedResultFile,
    { items, bytes }: WrittenFile,
  ): Promise<void> {
    const outcome = { status: 'WRITTEN', progress: null, items, bytes, reason: null } as const;
    await this.#options.store.settleResultFile(batchId, fence, { ...outcome, retryInMs: 0 });
    this.#options.logger.info('result file written', { batchId, output, items, bytes });
  }

  async #fail(
    { batchId, fence, output, attempts, progress: resumed }: LeasedResultFile,
    progress: WriteProgress | null,
    error: unknown,
  ): Promise<void> {
    const { store, logger, random } = this.#options;
    const isGone = hasCode(error, 'FILE_NOT_WRITABLE') && error.fields.reason === uploadGone;
    const kept = toProgress(isGone ? null : progress);
    const retries = { retries: Math.max(0, attempts - 1), elapsedMs: 0 };
    // What an earlier writer left is gone: the file begins again.
    const beginsAgain = isGone && resumed !== null;
    const delayMs = beginsAgain ? 0 : retryDelayMs(writePolicy, retries, random());
    const reason = messageOf(error);
    const status = delayMs === null ? 'FAILED' : 'PENDING';
    const outcome = { ...kept, status, reason, retryInMs: delayMs ?? 0 } as const;
    await store.settleResultFile(batchId, fence, outcome);
    const fields = { batchId, output, attempts, error: reason };
    if (delayMs === null) {
      logger.error('result file given up: no further attempt', fields);
      if (!isGone && progress !== null) await this.#cancel(output, progress);
    } else {
      logger.warn('result file not written: retrying', { ...fields, pauseMs: delayMs });
    }
  }

  /** What is left of a file that is given up is garbage. */
  async #cancel(output: string, { upload }: WriteProgress): Promise<void> {
    const { outputs, logger } = this.#options;
    try {
      await outputs.cancelUpload(output, upload);
    } catch (error) {
      const fields = { output, error: messageOf(error) };
      logger.warn('result file not removed: its parts are left', fields);
    }
  }
}

function parseProgress({ progress }: LeasedResultFile): WriteProgress | null {
  return progress === null ? null : (JSON.parse(progress) as WriteProgress);
}

function toProgress(progress: WriteProgress | null): ResultProgress {
  if (progress === null) return { progress: null, items: 0, bytes: 0 };
  const { format, upload } = progress;
  return { progress: JSON.stringify(progress), items: format.items, bytes: upload.bytes };
}
