/**
 * Records what a batch's source holds, a chunk at a time, and sends its tasks. Exactly once in the
 * store and at least once on the wire, whatever crashes: the chunk's executions and the new cursor
 * are one transaction, and what was recorded and may not have been sent is sent again.
 */
import type { Json } from '../../asl/json/json.ts';
import { createdAmong, planChunk } from '../../batch/fan-out.ts';
import type { BatchCounters, BatchStore, LeasedBatch } from '../../ports/batch-store.ts';
import type { Clock } from '../../ports/clock.ts';
import type { NewExecution, Wakeup } from '../../ports/execution-store.ts';
import type { Logger } from '../../ports/logger.ts';
import type { Metrics } from '../../ports/metrics.ts';
import type { Dispatcher } from '../delivery/dispatcher.ts';
import type { BatchJob } from './batch-job.ts';

/** What fan-out reads the time from, and writes to. */
export interface FanOutDeps {
  readonly clock: Clock;
  readonly store: Pick<BatchStore, 'fanOut' | 'recordSent' | 'listUnsentOfBatch'>;
  readonly dispatcher: Pick<Dispatcher, 'dispatch'>;
  readonly metrics: Metrics;
  readonly logger: Logger;
  /** How long one batch may be fanned out before the next has its turn, in milliseconds. */
  readonly turnMs: number;
  /** Whether what an earlier leader sent is lost with it: all that is open is then sent again. */
  readonly sendsAgain: boolean;
}

/** What a turn came to. */
export interface FanOutTurn {
  /** Executions that are new. */
  readonly recorded: number;
  /** Whether more could have been recorded in a longer turn. */
  readonly hasMore: boolean;
}

/**
 * Fans `batch` out until its source is read, as many are in flight as may be, its turn is over or
 * `signal` aborts.
 */
export async function fanOut(
  parts: FanOutDeps,
  job: BatchJob,
  batch: LeasedBatch,
  signal: AbortSignal,
): Promise<FanOutTurn> {
  await sendUnsent(parts, job, batch);
  const until = parts.clock.now() + parts.turnMs;
  let counters: BatchCounters = batch;
  let cursor = batch.cursor === null ? null : (JSON.parse(batch.cursor) as Json);
  let done = batch.sourceDone;
  const turn = (hasMore: boolean) => ({ recorded: counters.created - batch.created, hasMore });
  while (!done) {
    const room = planChunk(counters, job.options);
    if (room === 0) break;
    if (signal.aborted || parts.clock.now() >= until) return turn(true);
    const chunk = await job.read(cursor, room);
    const created = await record(parts, job, chunk.executions, chunk.cursor, chunk.done);
    if (created === null) break;
    counters = { ...counters, created: counters.created + created };
    cursor = chunk.cursor;
    done = chunk.done;
  }
  return turn(false);
}

/**
 * Records a chunk, then sends its tasks. Answers how many executions are new; null when the lease
 * was lost.
 */
async function record(
  { store, dispatcher, metrics, logger }: FanOutDeps,
  job: BatchJob,
  executions: readonly NewExecution[],
  cursor: Json,
  sourceDone: boolean,
): Promise<number | null> {
  const { id: batchId, fence } = job;
  // Until they are sent: a failure between here and there, an answer that was lost among them.
  job.unsentIsSent = false;
  const results = await store.fanOut({
    batchId,
    fence,
    executions,
    cursor: JSON.stringify(cursor),
    sourceDone,
  });
  if (results === null) return null;
  const created = createdAmong(executions, results);
  const leftOut = results.length - created.length;
  if (leftOut > 0) {
    const why = 'items whose name or source an earlier execution of the machine has were left out';
    logger.warn(why, { batchId, items: leftOut });
  }
  const wakeups = created.map(({ id, queue }): Wakeup => ({ executionId: id, queue, batchId }));
  await dispatcher.dispatch(wakeups);
  const last = executions.at(-1)?.batchIndex;
  if (last !== undefined) await store.recordSent(batchId, fence, last + 1);
  job.unsentIsSent = true;
  metrics.count('executionsFannedOut', created.length);
  return created.length;
}

/** What a leader before this one recorded and may not have sent any more. */
async function sendUnsent(
  { store, dispatcher, sendsAgain }: FanOutDeps,
  job: BatchJob,
  batch: LeasedBatch,
): Promise<void> {
  if (job.unsentIsSent) return;
  const limit = job.options.chunkSize;
  for (let from = sendsAgain ? 0 : batch.sentIndex; ; ) {
    const unsent = await store.listUnsentOfBatch(batch.id, from, limit);
    await dispatcher.dispatch(unsent.map((wakeup) => ({ ...wakeup, batchId: batch.id })));
    const last = unsent.at(-1);
    if (last === undefined) break;
    from = last.index + 1;
    await store.recordSent(batch.id, batch.fence, from);
    if (unsent.length < limit) break;
  }
  job.unsentIsSent = true;
}
