/**
 * Carries out `states:startExecution` for the machines of this app: records the child execution,
 * once for each command, and sends its task. Who waits for the child's end (`.sync`) is named in
 * its record, and answered by that end; when it waits no longer, the child is aborted.
 */

import type { MachineType } from '../../asl/definition.ts';
import { isObject, type Json, type JsonObject } from '../../asl/json/json.ts';
import { ErrorName } from '../../asl/state-error.ts';
import { nameFault } from '../../batch/execution-name.ts';
import { integrationOf } from '../../engine/task/integration-name.ts';
import { assert, messageOf } from '../../errors.ts';
import type { Clock } from '../../ports/clock.ts';
import type { Entropy } from '../../ports/entropy.ts';
import type { ExecutionRecord, ExecutionStore, NewExecution } from '../../ports/execution-store.ts';
import type { Logger } from '../../ports/logger.ts';
import type { MachineRecord } from '../../ports/machine-store.ts';
import { answerOf, TaskFailure } from '../../ports/task-failure.ts';
import {
  commandIn,
  type Invocation,
  type InvocationResult,
  type TaskCall,
  type TaskInvoker,
} from '../../ports/task-invoker.ts';
import { patiently } from '../../retry/patiently.ts';
import type { Dispatcher } from '../delivery/dispatcher.ts';
import { arnOf } from '../execution/run-identity.ts';
import { childId } from './child-id.ts';
import { encodeReplyTo, type ReplyTo } from './reply.ts';
import { isWaitedFor } from './waiting-parent.ts';

/** What they are made of. */
export interface NestedExecutionsOptions {
  readonly store: Pick<ExecutionStore, 'createExecutions' | 'getExecution' | 'requestAbort'>;
  readonly dispatcher: Pick<Dispatcher, 'dispatch'>;
  readonly entropy: Entropy;
  readonly clock: Clock;
  readonly logger: Logger;
}

/** A child that was started, or whose next step has come. */
export interface StartedChild {
  readonly id: string;
  readonly parentId: string;
}

type ChildListener = (child: StartedChild) => void;

const machineArn = /^arn:[^:]+:states:[^:]*:[^:]*:stateMachine:([^:]+)(?::[^:]+)?$/;

export class NestedExecutions implements TaskInvoker {
  readonly #options: NestedExecutionsOptions;
  readonly #machines = new Map<string, OfferedMachine>();
  readonly #listeners = new Set<ChildListener>();

  constructor(options: NestedExecutionsOptions) {
    this.#options = options;
  }

  /** From now on executions of this machine can be started, in this version. */
  offer({ id, version, kind }: Pick<MachineRecord, 'id' | 'version' | 'kind'>): void {
    this.#machines.set(id, { version, type: kind });
  }

  /**
   * Tells of each child that is started here, or that an abort makes runnable, until the function
   * returned is called.
   */
  watch(listener: ChildListener): () => void {
    this.#listeners.add(listener);
    return () => {
      this.#listeners.delete(listener);
    };
  }

  refusal({ parameters }: TaskCall): string | null {
    const id = machineId(parameters);
    // Only the input will tell which machine is meant: any of them may be.
    if (id === null) return this.#machines.size === 0 ? 'there are no machines' : null;
    if (this.#machines.has(id)) return null;
    return `no machine is named '${id}' (known: ${[...this.#machines.keys()].sort().join(', ')})`;
  }

  invoke(invocation: Invocation): Promise<InvocationResult> {
    return answerOf(async () => {
      const { parameters, pattern } = invocation;
      if (!isObject(parameters)) throw failure('ValidationException', 'parameters are missing');
      const wanted = this.#childOf(invocation, parameters);
      const child = await this.#startUnlessOver(wanted, invocation);
      this.#tell({ id: child.id, parentId: invocation.execution.id });
      const result = {
        ExecutionArn: this.#arnOf(child),
        StartDate: child.createdAt,
      };
      return pattern === 'request' ? { ok: true, result } : { ok: true, submitted: result };
    }, ErrorName.taskFailed);
  }

  async cancel(executionId: string, command: string): Promise<void> {
    const { store, dispatcher, logger } = this.#options;
    try {
      // Of an execution that it does not know, or that has ended, the store answers nothing.
      const wakeups = await store.requestAbort([childId(executionId, command)]);
      await dispatcher.dispatch(wakeups);
      for (const { executionId: id } of wakeups) this.#tell({ id, parentId: executionId });
    } catch (error) {
      // It goes on to its own end, which nobody hears of.
      const fields = { executionId, error: messageOf(error) };
      logger.warn('a nested execution that is not waited for was not aborted', fields);
    }
  }

  #tell(child: StartedChild): void {
    for (const listener of this.#listeners) listener(child);
  }

  /** The child waits in the queue in which its parent has waited. */
  #childOf(invocation: Invocation, parameters: JsonObject): NewExecution {
    const id = machineId(parameters) ?? '';
    const machine = this.#machines.get(id);
    if (machine === undefined) {
      throw failure('StateMachineDoesNotExistException', `State Machine Does Not Exist: '${id}'`);
    }
    const replyTo = replyToOf(invocation);
    return {
      id:
        replyTo === null
          ? this.#options.entropy.uuid()
          : childId(replyTo.executionId, replyTo.command),
      machineId: id,
      machineVersion: machine.version,
      name: nameOf(invocation, parameters),
      input: inputText(parameters.Input),
      queue: invocation.queue,
      retriesMax: 0,
      ...(replyTo !== null && { replyTo: encodeReplyTo(replyTo) }),
    };
  }

  /**
   * Starts a child. When the call is aborted meanwhile, it may be for a shutdown, which another
   * worker will make good, or because nobody waits any more: the parent's checkpoint tells which.
   */
  async #startUnlessOver(child: NewExecution, invocation: Invocation): Promise<ExecutionRecord> {
    const { clock, store } = this.#options;
    const { signal } = invocation;
    const replyTo = replyToOf(invocation);
    try {
      return await patiently(clock, signal, () => this.#start(child));
    } finally {
      if (signal.aborted && replyTo !== null && !(await isWaitedFor(store, replyTo))) {
        await this.cancel(replyTo.executionId, replyTo.command);
      }
    }
  }

  /**
   * Records the child, or finds the one that an earlier try of this command has recorded: at AWS,
   * too, the same request starts nothing twice.
   */
  async #start(child: NewExecution): Promise<ExecutionRecord> {
    const { store, dispatcher } = this.#options;
    const [result] = await store.createExecutions([child], true);
    assert(result !== undefined, 'createExecutions answers each execution');
    const record = await store.getExecution(result.id);
    assert(record !== null, 'an execution that was recorded is in the store');
    if (!result.created && !isSame(record, child)) {
      const arn = this.#arnOf(record);
      throw failure('ExecutionAlreadyExistsException', `Execution Already Exists: '${arn}'`);
    }
    // A second task of the same execution does no harm, and the first may not have been sent.
    await dispatcher.dispatch([{ executionId: record.id, queue: record.queue, batchId: null }]);
    return record;
  }

  #arnOf(child: Pick<ExecutionRecord, 'id' | 'machineId' | 'name'>): string {
    return arnOf(child, this.#machines.get(child.machineId) ?? { type: 'STANDARD' });
  }
}

interface OfferedMachine {
  readonly version: number;
  readonly type: MachineType;
}

/** Whether `record` is what `child` asks for, down to who waits for it. */
function isSame(record: ExecutionRecord, child: NewExecution): boolean {
  return record.input === child.input && record.replyTo === (child.replyTo ?? null);
}

/** Whom the child's end answers; null when nobody waits for it. */
function replyToOf(invocation: Invocation): ReplyTo | null {
  const named = integrationOf(invocation.resource);
  if (named?.pattern !== 'sync') return null;
  const form = named.version === 1 ? 'sync' : 'sync:2';
  return { executionId: invocation.execution.id, command: commandIn(invocation), form };
}

/** The id of the machine that is meant; null when only the input of the state will tell it. */
function machineId(parameters: Json | undefined): string | null {
  const given = isObject(parameters) ? parameters.StateMachineArn : undefined;
  if (typeof given !== 'string' || given.startsWith('{%')) return null;
  return machineArn.exec(given)?.[1] ?? given;
}

/** The name that is given, else one that a crash gives again. */
function nameOf({ idempotencyKey }: Invocation, { Name }: JsonObject): string {
  if (Name === undefined || Name === null) return idempotencyKey.replaceAll(':', '-');
  const fault = nameFault(Name);
  if (fault !== null || typeof Name !== 'string') {
    throw failure('InvalidNameException', `Invalid Name: '${JSON.stringify(Name)}': ${fault}`);
  }
  return Name;
}

/** The child's input: a text is one already, as at AWS; without one it is `{}`. */
function inputText(input: Json | undefined): string {
  if (input === undefined || input === null) return '{}';
  if (typeof input !== 'string') return JSON.stringify(input);
  try {
    return JSON.stringify(JSON.parse(input));
  } catch {
    throw failure(
      'InvalidExecutionInputException',
      'Invalid State Machine Execution Input: no JSON',
    );
  }
}

function failure(name: string, cause: string): TaskFailure {
  return new TaskFailure(`StepFunctions.${name}`, cause);
}
