import type { MachineType } from '../../asl/definition.ts';
import { isObject, type JsonObject } from '../../asl/json/json.ts';
import { listKnown } from '../../asl/known-names.ts';
import { ErrorName } from '../../asl/state-error.ts';
import { catchTaskFailure } from '../../engine/task/task-failure.ts';
import { assert, messageOf } from '../../errors.ts';
import type { Clock } from '../../ports/clock.ts';
import type { Entropy } from '../../ports/entropy.ts';
import type { Logger } from '../../ports/logger.ts';
import type {
  ExecutionRecord,
  ExecutionStore,
  NewExecution,
} from '../../ports/store/execution-store.ts';
import type { MachineRecord } from '../../ports/store/machine-store.ts';
import type {
  Invocation,
  InvocationResult,
  TaskCall,
  TaskInvoker,
} from '../../ports/task-invoker.ts';
import { retry } from '../../retry/retry.ts';
import { taskStoreRetries } from '../../retry/task-store-retries.ts';
import type { Dispatcher } from '../delivery/dispatcher.ts';
import { toArn } from '../execution/run-identity.ts';
import { toChildId } from './child-id.ts';
import { encodeReplyTo } from './reply.ts';
import {
  parseExecutionInput,
  parseExecutionName,
  parseMachineId,
  startExecutionFailure,
  toReplyTo,
} from './start-execution-parameters.ts';
import { isWaitedFor } from './waiting-parent.ts';

/** What {@link NestedExecutions} are constructed from. */
export interface NestedExecutionsDeps {
  readonly store: Pick<ExecutionStore, 'createExecutions' | 'getExecution' | 'requestAbort'>;
  readonly dispatcher: Pick<Dispatcher, 'dispatch'>;
  readonly entropy: Entropy;
  readonly clock: Clock;
  readonly logger: Logger;
  /**
   * Returns the check of a machine's inputs, which returns why a JSON text does not match.
   * @default any JSON is accepted
   */
  readonly inputCheckOf?: (machineId: string) => ((input: string) => string | null) | null;
}

/** A child that has been started, or that an abort has made runnable. */
export interface StartedChild {
  readonly id: string;
  readonly parentId: string;
}

type ChildListener = (child: StartedChild) => void;

/**
 * Runs `states:startExecution` Tasks for the machines of this app: records the child execution,
 * once for each command, and sends its task. With `.sync` the child's record names the waiting
 * command, and its end answers it. When the parent no longer waits, the child is aborted.
 */
export class NestedExecutions implements TaskInvoker {
  readonly #deps: NestedExecutionsDeps;
  readonly #machines = new Map<string, OfferedMachine>();
  readonly #listeners = new Set<ChildListener>();

  constructor(deps: NestedExecutionsDeps) {
    this.#deps = deps;
  }

  /** Makes executions of this version of a machine startable. */
  offer({ id, version, kind }: Pick<MachineRecord, 'id' | 'version' | 'kind'>): void {
    this.#machines.set(id, { version, type: kind });
  }

  /**
   * Notifies `listener` of each child that is started here, or that an abort makes runnable.
   * Returns a function that ends this.
   */
  watch(listener: ChildListener): () => void {
    this.#listeners.add(listener);
    return () => {
      this.#listeners.delete(listener);
    };
  }

  findRefusal({ parameters }: TaskCall): string | null {
    const id = parseMachineId(parameters);
    // Only the input of the state determines the machine: it may be any of them.
    if (id === null) return this.#machines.size === 0 ? 'there are no machines' : null;
    if (this.#machines.has(id)) return null;
    return `no machine is named '${id}' (${listKnown(id, [...this.#machines.keys()].sort())})`;
  }

  invoke(invocation: Invocation): Promise<InvocationResult> {
    return catchTaskFailure(async () => {
      const { parameters, pattern } = invocation;
      if (!isObject(parameters))
        throw startExecutionFailure('ValidationException', 'parameters are missing');
      const wanted = this.#createChild(invocation, parameters);
      const child = await this.#startWhileWaitedFor(wanted, invocation);
      this.#notify({ id: child.id, parentId: invocation.execution.id });
      const result = { ExecutionArn: this.#toArn(child), StartDate: child.createdAt };
      return pattern === 'request' ? { ok: true, result } : { ok: true, submitted: result };
    }, ErrorName.taskFailed);
  }

  async cancel(executionId: string, command: string): Promise<void> {
    const { store, dispatcher, logger } = this.#deps;
    try {
      // The store returns nothing for an execution that it does not have, or that has ended.
      const wakeups = await store.requestAbort([toChildId(executionId, command)]);
      await dispatcher.dispatch(wakeups);
      for (const { executionId: id } of wakeups) this.#notify({ id, parentId: executionId });
    } catch (error) {
      const fields = { executionId, error: messageOf(error) };
      logger.warn(
        'nested execution not aborted: it keeps running although its parent has ended',
        fields,
      );
    }
  }

  #notify(child: StartedChild): void {
    for (const listener of this.#listeners) listener(child);
  }

  /** Returns the child to record. It goes to the queue of its parent. */
  #createChild(invocation: Invocation, parameters: JsonObject): NewExecution {
    const id = parseMachineId(parameters) ?? '';
    const machine = this.#machines.get(id);
    if (machine === undefined) {
      throw startExecutionFailure(
        'StateMachineDoesNotExistException',
        `State Machine Does Not Exist: '${id}'`,
      );
    }
    const input = parseExecutionInput(parameters);
    const problem = this.#deps.inputCheckOf?.(id)?.(input) ?? null;
    if (problem !== null) {
      const cause = `the input does not match the schema of the machine '${id}': ${problem}`;
      throw startExecutionFailure('ValidationException', cause);
    }
    const replyTo = toReplyTo(invocation);
    return {
      id:
        replyTo === null
          ? this.#deps.entropy.uuid()
          : toChildId(replyTo.executionId, replyTo.command),
      machineId: id,
      machineVersion: machine.version,
      name: parseExecutionName(invocation, parameters),
      input,
      queue: invocation.queue,
      retriesMax: 0,
      ...(replyTo !== null && { replyTo: encodeReplyTo(replyTo) }),
      ...(invocation.traceparent !== undefined && { traceparent: invocation.traceparent }),
    };
  }

  /**
   * Starts a child, and aborts it when the parent no longer waits. A call is also aborted for a
   * shutdown, after which another worker repeats it: the parent's checkpoint shows the difference.
   */
  async #startWhileWaitedFor(
    child: NewExecution,
    invocation: Invocation,
  ): Promise<ExecutionRecord> {
    const { clock, store } = this.#deps;
    const { signal } = invocation;
    const replyTo = toReplyTo(invocation);
    try {
      return await retry(() => this.#start(child), { clock, signal, policyFor: taskStoreRetries });
    } finally {
      if (signal.aborted && replyTo !== null && !(await isWaitedFor(store, replyTo))) {
        await this.cancel(replyTo.executionId, replyTo.command);
      }
    }
  }

  /**
   * Records the child, or finds the one that an earlier attempt of this command has recorded. On
   * AWS, too, a repeated request starts nothing twice.
   */
  async #start(child: NewExecution): Promise<ExecutionRecord> {
    const { store, dispatcher } = this.#deps;
    const [result] = await store.createExecutions([child], true);
    assert(result !== undefined, 'createExecutions returns a result for each execution');
    const record = await store.getExecution(result.id);
    assert(record !== null, 'a recorded execution is in the store');
    if (!result.created && !isSame(record, child)) {
      const arn = this.#toArn(record);
      throw startExecutionFailure(
        'ExecutionAlreadyExistsException',
        `Execution Already Exists: '${arn}'`,
      );
    }
    // A second task of the same execution is harmless, and the first may not have been sent.
    await dispatcher.dispatch([{ executionId: record.id, queue: record.queue, batchId: null }]);
    return record;
  }

  #toArn(child: Pick<ExecutionRecord, 'id' | 'machineId' | 'name'>): string {
    return toArn(child, this.#machines.get(child.machineId) ?? { type: 'STANDARD' });
  }
}

/** A machine whose executions can be started. */
interface OfferedMachine {
  readonly version: number;
  readonly type: MachineType;
}

/** Whether `record` was recorded by the same request, with the same waiting command. */
function isSame(record: ExecutionRecord, child: NewExecution): boolean {
  return record.input === child.input && record.replyTo === (child.replyTo ?? null);
}
