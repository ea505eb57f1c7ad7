import type { MachineType } from '../../asl/definition.ts';
import { isObject } from '../../asl/json/json.ts';
import { listKnown } from '../../asl/known-names.ts';
import { ErrorName } from '../../asl/state-error.ts';
import type { AwsScope } from '../../engine/arn/aws-scope.ts';
import { catchTaskFailure } from '../../engine/task/task-failure.ts';
import { assert, messageOf } from '../../errors.ts';
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
import { parseMachineId, startExecutionFailure, toReplyTo } from './start-execution-parameters.ts';
import { isWaitedFor } from './waiting-parent.ts';
import {
  createWantedChild,
  type OfferedMachine,
  type WantedChild,
  type WantedChildDeps,
} from './wanted-child.ts';

/** What {@link NestedExecutions} are constructed from. */
export interface NestedExecutionsDeps extends WantedChildDeps {
  readonly store: Pick<ExecutionStore, 'createExecutions' | 'getExecution' | 'requestAbort'> &
    WantedChildDeps['store'];
  readonly dispatcher: Pick<Dispatcher, 'dispatch'>;
  readonly logger: Logger;
  /** The account and region that ARNs name. @default that of a store without any */
  readonly scope?: AwsScope;
}

/** A child that has been started, or that an abort has made runnable. */
export interface StartedChild {
  readonly id: string;
  readonly parentId: string;
}

type ChildListener = (child: StartedChild) => void;

/**
 * Runs `states:startExecution` Tasks for the machines of this app and of its store: records the
 * child execution, once for each command, and sends its task. With `.sync` the child's record names
 * the waiting command, and its end answers it. When the parent no longer waits, the child is
 * aborted.
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

  /** What the store has is known to the call itself: only what is as written is judged before. */
  findRefusal({ parameters, asWritten = false }: TaskCall): string | null {
    if (!asWritten) return null;
    const id = parseMachineId(parameters);
    // Only the input of the state determines the machine: it may be any of them.
    if (id === null || this.#machines.has(id)) return null;
    return `no machine is named '${id}' (${listKnown(id, [...this.#machines.keys()].sort())})`;
  }

  invoke(invocation: Invocation): Promise<InvocationResult> {
    return catchTaskFailure(async () => {
      const { parameters, pattern } = invocation;
      if (!isObject(parameters))
        throw startExecutionFailure('ValidationException', 'parameters are missing');
      const wanted = await createWantedChild(this.#deps, this.#machines, invocation, parameters);
      const child = await this.#startWhileWaitedFor(wanted, invocation);
      this.#notify({ id: child.id, parentId: invocation.execution.id });
      const result = { ExecutionArn: this.#toArn(child, wanted.type), StartDate: child.createdAt };
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

  /**
   * Starts a child, and aborts it when the parent no longer waits. A call is also aborted for a
   * shutdown, after which another worker repeats it: the parent's checkpoint shows the difference.
   */
  async #startWhileWaitedFor(child: WantedChild, invocation: Invocation): Promise<ExecutionRecord> {
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
  async #start({ child, type }: WantedChild): Promise<ExecutionRecord> {
    const { store, dispatcher } = this.#deps;
    const [result] = await store.createExecutions([child], true);
    assert(result !== undefined, 'createExecutions returns a result for each execution');
    const record = await store.getExecution(result.id);
    assert(record !== null, 'a recorded execution is in the store');
    if (!result.created && !isSame(record, child)) {
      const arn = this.#toArn(record, type);
      throw startExecutionFailure(
        'ExecutionAlreadyExistsException',
        `Execution Already Exists: '${arn}'`,
      );
    }
    // A second task of the same execution is harmless, and the first may not have been sent.
    await dispatcher.dispatch([{ executionId: record.id, queue: record.queue, batchId: null }]);
    return record;
  }

  #toArn(child: Pick<ExecutionRecord, 'id' | 'machineId' | 'name'>, type: MachineType): string {
    return toArn(child, { type }, this.#deps.scope);
  }
}

/** Whether `record` was recorded by the same request, with the same waiting command. */
function isSame(record: ExecutionRecord, child: NewExecution): boolean {
  return record.input === child.input && record.replyTo === (child.replyTo ?? null);
}
