import { parseMapRun } from '../../batch/map-run/map-run-batch.ts';
import type { BatchRecord } from '../../ports/store/batch-store.ts';
import type { Wakeup } from '../../ports/store/execution-store.ts';
import type { NewSignal } from '../../ports/store/signal-store.ts';
import { pause } from '../../retry/pause.ts';
import type { Executor } from '../../roles/execution/executor.ts';
import { Leader } from '../../roles/leader.ts';
import type { PermitClient } from '../../roles/limits/permit-client.ts';
import { LocalRunner } from '../../roles/local-runner.ts';
import type { AppContext } from '../app-context.ts';
import { createExecutor, roleOptions } from '../create-executor.ts';
import { createLimits } from '../limits/create-limits.ts';
import { batchReaderDeps } from '../start-batch.ts';

/** Time between two checks whether a map run has to be stopped, or has ended, in milliseconds. */
const checkMs = 200;

/** Number of open batches read at once. */
const pageSize = 100;

/**
 * Runs executions in this process without a queue, together with the map runs that they start: a
 * {@link Leader} whose scope is these map runs, and whose tasks go to a {@link LocalRunner}. An
 * execution that has not ended when the process stops stays in the store, where leaders and workers
 * continue it.
 */
export class LocalRun {
  readonly #context: AppContext;
  readonly #executor: Executor;
  readonly #runner: LocalRunner;
  readonly #leader: Leader;
  /** Executions that started map runs here; they may end before their map runs. */
  readonly #parents = new Set<string>();
  readonly #stopping = new AbortController();
  readonly #permits: PermitClient | null;

  constructor(context: AppContext) {
    const { store, settings, backgroundClock = context.clock } = context;
    const { leaseMs, concurrency } = settings;
    this.#context = context;
    const permits = createLimits(context);
    this.#permits = permits?.client ?? null;
    this.#executor = createExecutor(context, {
      ...(permits && { limits: permits.limits }),
      onMapRunStarted: (parentId) => {
        this.#parents.add(parentId);
        this.#leader.wake();
      },
    });
    this.#runner = new LocalRunner({
      ...roleOptions(context),
      backgroundClock,
      store,
      executor: this.#executor,
      leaseMs,
      concurrency,
    });
    this.#leader = new Leader({
      ...roleOptions(context),
      ...batchReaderDeps(context),
      clock: backgroundClock,
      store,
      dispatcher: { dispatch: (wakeups) => this.#runner.dispatch(wakeups, context.nested) },
      signalRouter: { send: (signals) => this.#send(signals) },
      scope: async () => (await this.#findMapRuns()).map(({ id }) => id),
      leaseMs,
      mapRunCheckMs: checkMs,
      redispatchesAll: true,
    });
  }

  start(): void {
    this.#runner.start();
    this.#permits?.serve(async (wakeups) => wakeups.filter((each) => !this.#wakeHere(each)));
    this.#leader.start();
  }

  /** Releases running executions; each pending {@link runTree} rejects with STOPPED. */
  async stop(): Promise<void> {
    this.#stopping.abort();
    this.#permits?.close();
    await Promise.all([this.#leader.stop(), this.#runner.stop()]);
    await this.#permits?.idle();
    this.#executor.close();
  }

  /** Resolves when the execution has ended, and all nested executions that it has started. */
  async runTree(executionId: string): Promise<void> {
    await this.#runner.runTree(executionId, this.#context.nested);
  }

  /** Ends the pause of an execution that is run here, so that its next step comes at once. */
  wake(executionId: string): void {
    this.#runner.wake(executionId);
  }

  /** Resolves when the map runs that failed executions have left behind have ended. */
  async settle(): Promise<void> {
    const { signal } = this.#stopping;
    const { backgroundClock: clock = this.#context.clock } = this.#context;
    while (!signal.aborted && this.#parents.size > 0 && (await this.#findMapRuns()).length > 0) {
      await pause(clock, checkMs, signal);
    }
  }

  #wakeHere({ executionId }: Wakeup): boolean {
    const isHere = this.#runner.isRunning(executionId);
    if (isHere) this.#runner.wake(executionId);
    return isHere;
  }

  /** The parent's task may go to a queue that no worker serves, so its next step runs here. */
  async #send(signals: readonly NewSignal[]): Promise<readonly string[]> {
    const refused = await this.#context.signalRouter.send(signals);
    const here = signals.filter(({ executionId }) => this.#runner.isRunning(executionId));
    await this.#runner.dispatch(here, this.#context.nested);
    return refused;
  }

  /** Returns the open map runs of executions that were started here. */
  async #findMapRuns(): Promise<BatchRecord[]> {
    const found: BatchRecord[] = [];
    let cursor: string | null = null;
    do {
      const page = cursor === null ? { limit: pageSize } : { limit: pageSize, cursor };
      const batches = await this.#context.store.listBatches({ status: 'RUNNING' }, page);
      found.push(...batches.entries.filter((batch) => this.#isOwn(batch)));
      cursor = batches.next;
    } while (cursor !== null);
    return found;
  }

  #isOwn(batch: BatchRecord): boolean {
    const parentId = parseMapRun(batch)?.parent.executionId;
    if (parentId === undefined) return false;
    return this.#parents.has(parentId) || this.#runner.isRunning(parentId);
  }
}
