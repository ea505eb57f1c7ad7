/**
 * A state machine in a user's program: run one execution, or a batch of them. With a queue client
 * attached a batch is queued for the workers; without one everything runs in this process.
 */
import type { Json } from '../asl/json/json.ts';
import { compileMachine, type Machine } from '../engine/machine.ts';
import type { EndStatus } from '../engine/status.ts';
import { isEnd } from '../engine/status.ts';
import { assert, MillraceError } from '../errors.ts';
import type { AppContext } from '../operations/app-context.ts';
import {
  type BatchCall,
  type BulkOptions,
  batchCall,
  bulkCall,
  type ChainOptions,
} from '../operations/batch-requests.ts';
import { createExecutionLogger } from '../operations/create-executor.ts';
import {
  checkLocalOptions,
  type LocalBatchOptions,
  runBatchLocally,
} from '../operations/local/local-batch.ts';
import { LocalRun } from '../operations/local/local-run.ts';
import { type RegisteredMachine, requireHandlers } from '../operations/machine-registry.ts';
import { newExecution } from '../operations/new-execution.ts';
import { type BatchRequest, startBatch } from '../operations/start-batch.ts';
import type { BatchRecord } from '../ports/batch-store.ts';
import type { ExecutionFilter, NewExecution } from '../ports/execution-store.ts';
import { runSync, type SyncExecution } from '../roles/execution/sync-run.ts';
import type { QueueClient } from './queue-client.ts';

/** Options of {@link StateMachine.execute} and of {@link StateMachine.startSyncExecution}. */
export interface ExecuteOptions {
  /** Unique within the machine, unless it is a synchronous one's. @default a new UUID */
  readonly name?: string;
  /**
   * Stops the run; the execution stays in the store, where a worker can go on with it. A
   * synchronous one is in no store, and is gone.
   */
  readonly signal?: AbortSignal;
}

/** How an execution ended. */
export interface ExecutionResult {
  readonly executionId: string;
  readonly name: string;
  readonly status: EndStatus;
  /** Undefined unless it SUCCEEDED. */
  readonly output: Json | undefined;
  readonly error: string | null;
  readonly cause: string | null;
}

/** See this file's head; made by `Millrace.machine`. */
export class StateMachine {
  readonly #context: AppContext;
  readonly #machine: RegisteredMachine;
  readonly #folder: string;
  #queueClient: QueueClient | null = null;
  #compiled: Machine | null = null;

  constructor(context: AppContext, machine: RegisteredMachine, folder: string) {
    this.#context = context;
    this.#machine = machine;
    this.#folder = folder;
  }

  get id(): string {
    return this.#machine.record.id;
  }

  /** From now on `executeBatch` queues; null: it runs in this process again. */
  setQueueClient(client: QueueClient | null): void {
    this.#queueClient = client;
  }

  getQueueClient(): QueueClient | null {
    return this.#queueClient;
  }

  /**
   * Runs one execution to its end in this process, and those that it starts. A name that was used
   * before answers that execution's end. Throws UNKNOWN_HANDLER, INVALID_ARGUMENT,
   * PAYLOAD_TOO_LARGE, or STOPPED when `signal` aborts first.
   */
  async execute(input: Json, options: ExecuteOptions = {}): Promise<ExecutionResult> {
    const execution = this.#newExecution(input, options.name);
    const [created] = await this.#context.store.createExecutions([execution], true);
    assert(created !== undefined, 'createExecutions answers each execution');
    await this.#runHere(created.id, options.signal);
    return this.#resultOf(created.id);
  }

  /**
   * Runs one execution of an EXPRESS machine in this process at once, as AWS's StartSyncExecution:
   * it is recorded nowhere but in the execution log. Throws INVALID_ARGUMENT for a STANDARD
   * machine, UNKNOWN_HANDLER, PAYLOAD_TOO_LARGE, or STOPPED when `signal` aborts first.
   *
   * @example
   * const { status, output } = await app.machine('price').startSyncExecution({ sku: 'a-1' });
   */
  async startSyncExecution(input: Json, options: ExecuteOptions = {}): Promise<SyncExecution> {
    const { record, definition } = this.#machine;
    if (record.kind !== 'EXPRESS') {
      throw new MillraceError(
        'INVALID_ARGUMENT',
        `the machine '${record.id}' is of type STANDARD, and only an EXPRESS machine runs ` +
          "synchronously: give it type: 'EXPRESS' in the configuration, or use execute",
        { fields: { machineId: record.id } },
      );
    }
    const execution = this.#newExecution(input, options.name);
    const { payloadBytesMax } = this.#context.settings;
    this.#compiled ??= compileMachine(definition, { payloadBytesMax }, record.kind);
    const parts = { ...this.#context, executionLogger: createExecutionLogger(this.#context) };
    return runSync(parts, this.#compiled, execution, options.signal);
  }

  /**
   * Starts a batch: over a source, or over the outputs of earlier executions, or of one state of
   * theirs. With a queue client it is fanned out by a leader and answered at once, RUNNING; without
   * one it is run here to its end, or until its failures pause it. What comes of it is the same
   * either way; `concurrency` and the callbacks are for a run here alone.
   *
   * @example
   * await app.machine('invoice').executeBatch({ machineId: 'order' }, 'Ship', { retriesMax: 5 });
   */
  executeBatch(request: BatchRequest, local?: LocalBatchOptions): Promise<BatchRecord>;
  executeBatch(
    filter: ExecutionFilter,
    state: string | null,
    options?: ChainOptions,
  ): Promise<BatchRecord>;
  async executeBatch(
    what: BatchRequest | ExecutionFilter,
    second?: LocalBatchOptions | string | null,
    options?: ChainOptions,
  ): Promise<BatchRecord> {
    return this.#runBatch(batchCall(this.id, what, second, options));
  }

  /** Starts a batch over `inputs`, as {@link executeBatch} does over a source. */
  async executeBulk(inputs: readonly Json[], options: BulkOptions = {}): Promise<BatchRecord> {
    return this.#runBatch(bulkCall(inputs, options));
  }

  async #runBatch({ request, local }: BatchCall): Promise<BatchRecord> {
    checkLocalOptions(local);
    if (this.#queueClient !== null) return this.#queueClient.enqueueBatch(this.id, request);
    const batch = await startBatch(this.#context, this.#machine, this.#folder, request);
    return runBatchLocally(this.#context, batch, local);
  }

  #newExecution(input: Json, name: string | undefined): NewExecution {
    const { invoker, settings } = this.#context;
    requireHandlers(this.#machine, invoker);
    const [queue = ''] = Object.keys(settings.queues).sort(defaultFirst);
    return newExecution(this.#context, this.#machine, { input, name, queue, retriesMax: 0 });
  }

  async #runHere(executionId: string, signal?: AbortSignal): Promise<void> {
    const run = new LocalRun(this.#context);
    const stop = () => void run.stop();
    run.start();
    signal?.addEventListener('abort', stop, { once: true });
    if (signal?.aborted) stop();
    try {
      await run.runTree(executionId);
      await run.settle();
    } finally {
      signal?.removeEventListener('abort', stop);
      await run.stop();
    }
  }

  async #resultOf(executionId: string): Promise<ExecutionResult> {
    const record = await this.#context.store.getExecution(executionId);
    if (record === null || !isEnd(record.status)) {
      throw new MillraceError('STORE_FAILED', 'the execution is not in the store as it ended', {
        fields: { executionId },
      });
    }
    const { name, status, output, error, cause } = record;
    return {
      executionId,
      name,
      status,
      output: output === null ? undefined : (JSON.parse(output) as Json),
      error,
      cause,
    };
  }
}

/**
 * A run here queues nowhere; its row names a queue all the same, for a worker that may take it up.
 */
function defaultFirst(one: string, other: string): number {
  return Number(other === 'default') - Number(one === 'default');
}
