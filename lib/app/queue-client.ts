/** Puts work on the queues for workers to take: what a program uses that only produces. */
import type { Json } from '../asl/json.ts';
import { batchDefaults } from '../batch/batch-options.ts';
import { assert } from '../errors.ts';
import type { BatchRecord } from '../ports/batch-store.ts';
import { Dispatcher } from '../roles/dispatcher.ts';
import type { BatchRequest } from './batch-starter.ts';
import type { World } from './compose.ts';
import { newExecution } from './new-execution.ts';
import type { RegisteredMachine } from './registry.ts';

/** An execution to queue. */
export interface ExecutionTaskPayload {
  readonly machineId: string;
  readonly input: Json;
  /**
   * Unique within the machine: a second task of the same name is the first one. @default a new UUID
   */
  readonly name?: string;
}

/** How an execution is queued. */
export interface EnqueueOptions {
  /** @default 'default' */
  readonly priority?: string;
  /** Times a failed execution is run again. @default 3 */
  readonly retriesMax?: number;
}

/** What became of a task. */
export interface EnqueuedExecution {
  readonly executionId: string;
  readonly name: string;
  /** False when the name was taken: `executionId` is the earlier execution's. */
  readonly created: boolean;
}

export interface QueueClient {
  /**
   * Records an execution and sends its task. The record is the truth: a task that is lost is sent
   * again. Throws UNKNOWN_MACHINE, INVALID_ARGUMENT or PAYLOAD_TOO_LARGE.
   */
  enqueueExecution(
    payload: ExecutionTaskPayload,
    options?: EnqueueOptions,
  ): Promise<EnqueuedExecution>;
  /** Records a batch; a leader fans it out. */
  enqueueBatch(machineId: string, request: BatchRequest): Promise<BatchRecord>;
}

/** What the client needs of the app. */
export interface QueueClientParts {
  readonly world: World;
  /** Throws UNKNOWN_MACHINE. */
  readonly machine: (id: string) => RegisteredMachine;
  readonly startBatch: (machineId: string, request: BatchRequest) => Promise<BatchRecord>;
}

/** A client over the app's own store and broker; made by `Millrace.queueClient`. */
export function createQueueClient({ world, machine, startBatch }: QueueClientParts): QueueClient {
  const dispatcher = new Dispatcher(world);
  return {
    enqueueBatch: startBatch,
    async enqueueExecution(payload, options = {}) {
      const { input, name } = payload;
      const { priority = batchDefaults.priority, retriesMax = batchDefaults.retriesMax } = options;
      const request = { input, name, queue: priority, retriesMax };
      const execution = newExecution(world, machine(payload.machineId), request);
      const [result] = await world.store.createExecutions([execution], true);
      assert(result !== undefined, 'createExecutions answers each execution');
      if (result.created) {
        await dispatcher.dispatch([{ executionId: result.id, queue: priority, batchId: null }]);
      }
      return { executionId: result.id, name: execution.name, created: result.created };
    },
  };
}
