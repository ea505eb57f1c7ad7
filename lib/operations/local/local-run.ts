/**
 * Runs executions in this process without a queue, and with them the runs of distributed Maps that
 * they start: these are led here, and their children run here. What it cannot end (the process is
 * stopped) stays in the store, where leaders and workers go on with it.
 */
import { mapRunOf } from '../../batch/map-run/map-run-batch.ts';
import type { BatchRecord, BatchStore, LeasedBatch } from '../../ports/batch-store.ts';
import { pause } from '../../ports/clock.ts';
import type { NewSignal } from '../../ports/signal-store.ts';
import { Leader } from '../../roles/leader.ts';
import { LocalRunner } from '../../roles/local-runner.ts';
import type { AppContext } from '../app-context.ts';
import { createExecutor, roleOptions } from '../create-executor.ts';
import { batchJobDeps } from '../start-batch.ts';

/** How often is looked whether a map run is to be stopped, or is over, in milliseconds. */
const lookMs = 200;

/** Open batches looked through at once. */
const pageSize = 100;

/** See this file's head. */
export class LocalRun {
  readonly #context: AppContext;
  readonly #runner: LocalRunner;
  readonly #leader: Leader;
  /** Executions that started map runs here, which may end before these. */
  readonly #parents = new Set<string>();
  readonly #stopping = new AbortController();

  constructor(context: AppContext) {
    const { store, settings } = context;
    const common = { ...roleOptions(context), store, leaseMs: settings.leaseMs };
    const executor = createExecutor(context, (parentId) => {
      this.#parents.add(parentId);
      this.#leader.wake();
    });
    this.#context = context;
    this.#runner = new LocalRunner({ ...common, executor, concurrency: settings.concurrency });
    this.#leader = new Leader({
      ...common,
      ...batchJobDeps(context),
      dispatcher: { dispatch: (wakeups) => this.#runner.dispatch(wakeups, context.nested) },
      signalRouter: { send: (signals) => this.#answer(signals) },
      lease: (...asked) => this.#leaseOwn(...asked),
      sendsAgain: true,
      lookMs,
    });
  }

  start(): void {
    this.#runner.start();
    this.#leader.start();
  }

  /** Hands back what runs; each call under way rejects with STOPPED. */
  async stop(): Promise<void> {
    this.#stopping.abort();
    await Promise.all([this.#leader.stop(), this.#runner.stop()]);
  }

  /** Resolves when the execution has ended, and every execution that it or these have started. */
  async runTree(executionId: string): Promise<void> {
    await this.#runner.runTree(executionId, this.#context.nested);
  }

  /** Resolves when the map runs are over that executions which ended badly have left behind. */
  async settle(): Promise<void> {
    const { signal } = this.#stopping;
    while (!signal.aborted && this.#parents.size > 0 && (await this.#own()).length > 0) {
      await pause(this.#context.clock, lookMs, signal);
    }
  }

  /** The parent's task may go to a queue that nobody serves: its next step comes here at once. */
  async #answer(signals: readonly NewSignal[]): Promise<readonly string[]> {
    const refused = await this.#context.signalRouter.send(signals);
    const here = signals.filter(({ executionId }) => this.#runner.runs(executionId));
    await this.#runner.dispatch(here, this.#context.nested);
    return refused;
  }

  async #leaseOwn(...asked: Parameters<BatchStore['leaseBatches']>): Promise<LeasedBatch[]> {
    const [leaderId, leaseMs, limit] = asked;
    const leased: LeasedBatch[] = [];
    for (const { id } of (await this.#own()).slice(0, limit)) {
      leased.push(
        ...(await this.#context.store.leaseBatches(leaderId, leaseMs, 1, { batchId: id })),
      );
    }
    return leased;
  }

  /** The open map runs of executions that run here, or did. */
  async #own(): Promise<BatchRecord[]> {
    const own: BatchRecord[] = [];
    let cursor: string | null = null;
    do {
      const page = cursor === null ? { limit: pageSize } : { limit: pageSize, cursor };
      const batches = await this.#context.store.listBatches({ status: 'RUNNING' }, page);
      own.push(...batches.entries.filter((batch) => this.#isOwn(batch)));
      cursor = batches.next;
    } while (cursor !== null);
    return own;
  }

  #isOwn(batch: BatchRecord): boolean {
    const parentId = mapRunOf(batch)?.parent.executionId;
    if (parentId === undefined) return false;
    return this.#parents.has(parentId) || this.#runner.runs(parentId);
  }
}
