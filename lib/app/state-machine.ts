import type { Json } from '../asl/json/json.ts';
import { parseWrittenJson } from '../asl/json/parse-json.ts';
import { compileMachine } from '../engine/compile-machine.ts';
import type { Machine } from '../engine/machine.ts';
import type { EndStatus } from '../engine/status.ts';
import { isEnd } from '../engine/status.ts';
import { assert, MillraceError } from '../errors.ts';
import type { AppContext } from '../operations/app-context.ts';
import {
  type BatchArguments,
  type BulkOptions,
  type ChainOptions,
  toBatchArguments,
  toBulkArguments,
} from '../operations/batch-arguments.ts';
import { createExecutionLogger } from '../operations/create-executor.ts';
import { newExecution } from '../operations/enqueue/new-execution.ts';
import {
  checkLocalOptions,
  type LocalBatchOptions,
  runBatchLocally,
} from '../operations/local/local-batch.ts';
import { LocalRun } from '../operations/local/local-run.ts';
import { type RegisteredMachine, requireHandlers } from '../operations/machine-registry.ts';
import { type BatchRequest, startBatch } from '../operations/start-batch.ts';
import type { BatchRecord } from '../ports/store/batch-store.ts';
import type { ExecutionFilter } from '../ports/store/execution-queries.ts';
import type { NewExecution } from '../ports/store/execution-store.ts';
import { runSync, type SyncExecution } from '../roles/execution/sync-run.ts';
import type { QueueClient } from './queue-client.ts';

/** Options of {@link StateMachine.execute} and of {@link StateMachine.startSyncExecution}. */
export interface ExecuteOptions {
  /** Unique within the machine, unless it is a synchronous one's. @default a new UUID */
  readonly name?: string;
  /**
   * Stops the run. The execution stays in the store, where a worker can continue it; a synchronous
   * execution is in no store and is lost.
   */
  readonly signal?: AbortSignal;
}

/** How an execution ended. */
export interface ExecutionResult<Output = Json> {
  readonly executionId: string;
  readonly name: string;
  readonly status: EndStatus;
  /** Undefined unless it SUCCEEDED. A number that a double does not hold is an `ExactNumber`. */
  readonly output: Output | undefined;
  readonly error: string | null;
  readonly cause: string | null;
}

/**
 * A state machine of an app, made by `Millrace.machine`: runs single executions, and batches. A
 * batch runs in this process, or is queued for workers when a queue client is attached.
 */
export class StateMachine<Input = Json, Output = Json> {
  readonly #context: AppContext;
  readonly #machine: RegisteredMachine;
  #queueClient: QueueClient | null = null;
  #compiled: Machine | null = null;

  constructor(context: AppContext, machine: RegisteredMachine) {
    this.#context = context;
    this.#machine = machine;
  }

  get id(): string {
    return this.#machine.record.id;
  }

  /** Makes `executeBatch` queue its batches; null makes it run them in this process again. */
  setQueueClient(client: QueueClient | null): void {
    this.#queueClient = client;
  }

  getQueueClient(): QueueClient | null {
    return this.#queueClient;
  }

  /**
   * Runs one execution, and the executions that it starts, to their ends in this process. A name
   * that was used before returns that execution's result. Throws UNKNOWN_HANDLER, INVALID_ARGUMENT,
   * PAYLOAD_TOO_LARGE, STOPPED when `signal` aborts first, or INVALID_OUTPUT when the output does
   * not match the machine's schema.
   */
  async execute(input: Input, options: ExecuteOptions = {}): Promise<ExecutionResult<Output>> {
    const execution = await this.#newExecution(input, options.name);
    const [created] = await this.#context.store.createExecutions([execution], true);
    assert(created !== undefined, 'createExecutions returns a result for each execution');
    await this.#runHere(created.id, options.signal);
    return this.#readResult(created.id);
  }

  /**
   * Runs one execution of an EXPRESS machine in this process, like AWS's StartSyncExecution: it is
   * recorded only in the execution log. Throws INVALID_ARGUMENT for a STANDARD machine,
   * UNKNOWN_HANDLER, PAYLOAD_TOO_LARGE, or STOPPED when `signal` aborts first.
   *
   * @example
   * const { status, output } = await app.machine('price').startSyncExecution({ sku: 'a-1' });
   */
  async startSyncExecution(input: Input, options: ExecuteOptions = {}): Promise<SyncExecution> {
    const { record, definition } = this.#machine;
    if (record.kind !== 'EXPRESS') {
      throw new MillraceError(
        'INVALID_ARGUMENT',
        `the machine '${record.id}' is of type STANDARD, and only an EXPRESS machine runs ` +
          "synchronously: give it type: 'EXPRESS' in the configuration, or use execute",
        { fields: { machineId: record.id } },
      );
    }
    const execution = await this.#newExecution(input, options.name);
    const { payloadBytesMax } = this.#context.settings;
    this.#compiled ??= compileMachine(definition, { payloadBytesMax }, record.kind);
    const deps = { ...this.#context, executionLogger: createExecutionLogger(this.#context) };
    return runSync(deps, this.#compiled, execution, options.signal);
  }

  /**
   * Starts a batch over a source, or over the outputs of earlier executions or of one of their
   * states. With a queue client, a leader fans it out, and it is returned at once, RUNNING. Without
   * one, it runs in this process until it ends or its failures pause it. The results are the same;
   * `concurrency` and the callbacks only apply to a run in this process.
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
    return this.#runBatch(toBatchArguments(this.id, what, second, options));
  }

  /** Starts a batch over `inputs`, as {@link executeBatch} does over a source. */
  async executeBulk(inputs: readonly Input[], options: BulkOptions = {}): Promise<BatchRecord> {
    return this.#runBatch(toBulkArguments(inputs as readonly Json[], options));
  }

  async #runBatch({ request, local }: BatchArguments): Promise<BatchRecord> {
    checkLocalOptions(local);
    if (this.#queueClient !== null) return this.#queueClient.enqueueBatch(this.id, request);
    const { id = this.#context.entropy.uuid() } = request;
    const batch = await startBatch(this.#context, this.#machine, { ...request, id });
    // Another one of its name is open, which runs elsewhere.
    if (batch.id !== id) return batch;
    return runBatchLocally(this.#context, batch, local);
  }

  async #newExecution(input: Input, name: string | undefined): Promise<NewExecution> {
    const { settings, tracer } = this.#context;
    await requireHandlers(this.#machine, this.#context);
    const [queue = ''] = Object.keys(settings.queues).sort(defaultFirst);
    const execution = newExecution(this.#context, this.#machine, {
      // What is not JSON is refused there.
      input: input as Json,
      name,
      queue,
      retriesMax: 0,
    });
    const traceparent = tracer.active();
    return { ...execution, ...(traceparent !== null && { traceparent }) };
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

  async #readResult(executionId: string): Promise<ExecutionResult<Output>> {
    const record = await this.#context.store.getExecution(executionId);
    if (record === null || !isEnd(record.status)) {
      throw new MillraceError('STORE_FAILED', 'the execution is not in the store as it ended', {
        fields: { executionId },
      });
    }
    const { name, status, output, error, cause } = record;
    if (output !== null) this.#checkOutput(executionId, output);
    return {
      executionId,
      name,
      status,
      output: output === null ? undefined : (parseWrittenJson(output) as Output),
      error,
      cause,
    };
  }

  #checkOutput(executionId: string, output: string): void {
    const problem = this.#context.app.outputCheckOf?.(this.id)?.(output) ?? null;
    if (problem === null) return;
    throw new MillraceError(
      'INVALID_OUTPUT',
      `the output does not match the schema of the machine '${this.id}': ${problem}; the execution SUCCEEDED`,
      { fields: { machineId: this.id, executionId } },
    );
  }
}

/** A run in this process has a queue, too: that of a worker that may continue it later. */
function defaultFirst(one: string, other: string): number {
  return Number(other === 'default') - Number(one === 'default');
}
