import type { Json } from '../../asl/json/json.ts';
import { countInFlight } from '../../batch/batch-tally.ts';
import type { PlanChunk } from '../../batch/chunks.ts';
import { planByMode, selectCreated } from '../../batch/chunks.ts';
import { needsTakenNames, settleNames } from '../../batch/taken-names.ts';
import type { Clock } from '../../ports/clock.ts';
import type { Logger } from '../../ports/logger.ts';
import type { Metrics } from '../../ports/metrics.ts';
import type { BatchCounters, BatchStore, LeasedBatch } from '../../ports/store/batch-store.ts';
import type { NewExecution, Wakeup } from '../../ports/store/execution-store.ts';
import { noTracer, type Tracer } from '../../ports/tracer.ts';
import type { Dispatcher } from '../delivery/dispatcher.ts';
import type { BatchReader, ExecutionChunk } from './batch-reader.ts';
import { traceFanOut } from './batch-trace.ts';

/** What a {@link BatchFanOut} is constructed from, besides the reader of its batch. */
export interface BatchFanOutDeps {
  readonly clock: Clock;
  readonly store: Pick<
    BatchStore,
    'fanOut' | 'findTakenNames' | 'recordSent' | 'listUnsentOfBatch'
  >;
  readonly dispatcher: Pick<Dispatcher, 'dispatch'>;
  readonly metrics: Metrics;
  readonly logger: Logger;
  /** @default nothing is recorded */
  readonly tracer?: Tracer;
  readonly planChunk: PlanChunk;
  /** How long one turn may take before the next batch has its own, in milliseconds. */
  readonly turnMs: number;
  /**
   * Whether tasks that an earlier leader dispatched are lost with it: every open execution of the
   * batch is then dispatched again.
   */
  readonly redispatchesAll: boolean;
}

/** The result of one turn. */
export interface FanOutTurn {
  /** Number of executions recorded. */
  readonly recorded: number;
  /** Whether a longer turn would have recorded more. */
  readonly hasMore: boolean;
}

/**
 * Records the items of one batch as executions, a chunk at a time, and dispatches their tasks.
 * Exactly once in the store and at least once on the wire, whatever crashes: a chunk's executions
 * and the new cursor are one transaction, and executions that were recorded and possibly not
 * dispatched are dispatched again.
 */
export class BatchFanOut {
  readonly #deps: BatchFanOutDeps;
  readonly #reader: BatchReader;
  /** Whether everything recorded has been dispatched, as far as this leader knows. */
  #allDispatched = false;
  /** Whether the log says that items are left out. */
  #hasLeftOut = false;

  constructor(deps: BatchFanOutDeps, reader: BatchReader) {
    this.#deps = deps;
    this.#reader = reader;
  }

  /**
   * Fans out until the source is read, `planChunk`, the batch's mode or `inFlightMax` leaves no
   * room, the turn is over or `signal` aborts.
   */
  async run(
    batch: LeasedBatch,
    signal: AbortSignal,
    inFlightMax = Number.POSITIVE_INFINITY,
  ): Promise<FanOutTurn> {
    const { clock, turnMs } = this.#deps;
    await this.#dispatchUnsent(batch);
    const until = clock.monotonicMs() + turnMs;
    let counters: BatchCounters = batch;
    let cursor = batch.cursor === null ? null : (JSON.parse(batch.cursor) as Json);
    let done = batch.sourceDone;
    const turn = (hasMore: boolean) => ({ recorded: counters.created - batch.created, hasMore });
    while (!done) {
      const room = this.#findRoom(batch, counters, inFlightMax);
      if (room <= 0) break;
      if (signal.aborted || clock.monotonicMs() >= until) return turn(true);
      const chunk = await this.#reader.read(cursor, room);
      const created = await this.#recordTraced(batch, chunk);
      if (created === null) break;
      counters = { ...counters, created: counters.created + created };
      cursor = chunk.cursor;
      done = chunk.done;
    }
    return turn(false);
  }

  /** The limit of a map run may have been changed while it runs. */
  #findRoom({ maxConcurrency }: LeasedBatch, counters: BatchCounters, inFlightMax: number): number {
    const { options: given } = this.#reader;
    const options = maxConcurrency === null ? given : { ...given, maxInFlight: maxConcurrency };
    return Math.min(
      this.#deps.planChunk(counters, options),
      planByMode(counters, options),
      inFlightMax - countInFlight(counters),
    );
  }

  /** Records a chunk in a span of its own, which its executions are parts of. */
  async #recordTraced(batch: LeasedBatch, chunk: ExecutionChunk): Promise<number | null> {
    const { tracer = noTracer } = this.#deps;
    const { executions } = chunk;
    const { name, traceparent } = this.#reader;
    if (executions.length === 0 || (!tracer.isOn && traceparent === null)) {
      return this.#record(batch, chunk);
    }
    const span = tracer.start({
      name: `fan out ${name}`,
      kind: 'producer',
      parent: traceparent,
      attributes: {
        'millrace.batch.id': batch.id,
        'messaging.batch.message_count': executions.length,
      },
    });
    const traced = traceFanOut(executions, { tracer, span, batch: traceparent });
    try {
      return await span.run(() => this.#record(batch, { ...chunk, executions: traced }));
    } finally {
      span.end();
    }
  }

  /**
   * Records a chunk, then dispatches its tasks. Returns how many executions are new; null when the
   * lease was lost.
   */
  async #record(
    { id: batchId, fence, machineId }: LeasedBatch,
    { executions: read, cursor, done }: ExecutionChunk,
  ): Promise<number | null> {
    const { store, dispatcher, metrics, logger } = this.#deps;
    // Until they are dispatched: the store's answer may be lost, and a failure may come in between.
    this.#allDispatched = false;
    const executions = await this.#settleNames(machineId, read);
    const results = await store.fanOut({
      batchId,
      fence,
      executions,
      cursor: JSON.stringify(cursor),
      sourceDone: done,
    });
    if (results === null) return null;
    const created = selectCreated(executions, results);
    const leftOut = results.length - created.length;
    if (leftOut > 0) {
      const why = 'items left out: an earlier execution of the machine has their name or source';
      // A batch that is started again leaves out each of its chunks; its report has the count.
      const isFirst = !this.#hasLeftOut;
      this.#hasLeftOut = true;
      logger[isFirst ? 'warn' : 'debug'](why, { batchId, items: leftOut });
    }
    const wakeups = created.map(({ id, queue }): Wakeup => ({ executionId: id, queue, batchId }));
    await dispatcher.dispatch(wakeups);
    const last = executions.at(-1)?.batchIndex;
    if (last !== undefined) await store.recordSent(batchId, fence, last + 1);
    this.#allDispatched = true;
    metrics.count('executionsFannedOut', created.length);
    return created.length;
  }

  async #settleNames(
    machineId: string,
    executions: readonly NewExecution[],
  ): Promise<readonly NewExecution[]> {
    const { options } = this.#reader;
    if (executions.length === 0 || !needsTakenNames(options)) return executions;
    const names = executions.map(({ name }) => name);
    return settleNames(
      executions,
      await this.#deps.store.findTakenNames(machineId, names),
      options,
    );
  }

  /** Dispatches what an earlier leader recorded and possibly did not dispatch. */
  async #dispatchUnsent(batch: LeasedBatch): Promise<void> {
    if (this.#allDispatched) return;
    const { store, dispatcher, redispatchesAll } = this.#deps;
    const limit = this.#reader.options.chunkSize;
    for (let from = redispatchesAll ? 0 : batch.sentIndex; ; ) {
      const unsent = await store.listUnsentOfBatch(batch.id, from, limit);
      await dispatcher.dispatch(unsent.map((wakeup) => ({ ...wakeup, batchId: batch.id })));
      const last = unsent.at(-1);
      if (last === undefined) break;
      from = last.index + 1;
      await store.recordSent(batch.id, batch.fence, from);
      if (unsent.length < limit) break;
    }
    this.#allDispatched = true;
  }
}
