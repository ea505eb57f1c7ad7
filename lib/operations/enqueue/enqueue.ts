/**
 * Records executions and tasks, and sends their task messages. The record is the truth: a message
 * that is lost is sent again by the sweeper. One invalid payload of many refuses all of them,
 * before anything is recorded.
 */

import type { Json } from '../../asl/json/json.ts';
import type { JsonText } from '../../asl/json/json-text.ts';
import { assert, hasCode, MillraceError } from '../../errors.ts';
import type {
  CreateResult,
  NewExecution,
  TransactionClient,
  TransactionStore,
} from '../../ports/store/execution-store.ts';
import { Dispatcher } from '../../roles/delivery/dispatcher.ts';
import type { AppContext } from '../app-context.ts';
import type { RegisteredMachine } from '../machine-registry.ts';
import { resolveMachine } from '../state-machines/resolve-machine.ts';
import {
  type EnqueueOptions,
  type EnqueueTerms,
  toEnqueueTerms,
  type When,
} from './enqueue-options.ts';
import {
  checkPayload,
  type ExecutionTaskPayload,
  type MachinePayload,
  type PayloadContext,
  prepareExecution,
} from './execution-payload.ts';
import { traceStart } from './trace-start.ts';

/** Options of tasks of a custom type. */
export interface TasksOptions extends EnqueueOptions {
  /**
   * True: no two open tasks of the type have the same payload. A text: no two open tasks have the
   * same text. @default false
   */
  readonly unique?: boolean | string;
}

/** Options of one task of a custom type. */
export interface TaskOptions extends TasksOptions {
  /**
   * Unique within the type forever: enqueueing a name again returns the first task. @default a new
   * UUID
   */
  readonly name?: string;
}

/** The execution or task that an enqueue created, or found. */
export interface EnqueuedExecution {
  readonly executionId: string;
  /** The name that was requested; an earlier execution may have another. */
  readonly name: string;
  /**
   * False when the name was taken, the source linked or the unique key in use: `executionId` is
   * then that of the earlier execution.
   */
  readonly created: boolean;
}

/** What an enqueue needs of an app. */
export type EnqueueContext = PayloadContext &
  Pick<AppContext, 'broker' | 'logger' | 'metrics' | 'tracer' | 'machines' | 'customTasks'>;

/** Executions recorded by one statement. */
const chunkSize = 1_000;

/** Payloads prepared at the same time: each that has a source reads it from the store. */
const preparedMax = 20;

/**
 * Queues an execution of a machine.
 * @param when null: at once
 */
export async function enqueueExecution(
  context: EnqueueContext,
  payload: ExecutionTaskPayload,
  when: When | null,
  options: EnqueueOptions,
): Promise<EnqueuedExecution> {
  const machine = await requireMachine(context, payload);
  return enqueueOne(context, machine, payload, { when, options });
}

/** Queues executions, and returns them in the order of their payloads. */
export async function enqueueExecutions(
  context: EnqueueContext,
  payloads: readonly ExecutionTaskPayload[],
  options: EnqueueOptions,
): Promise<EnqueuedExecution[]> {
  return enqueueMany(context, payloads, (payload) => requireMachine(context, payload), options);
}

/**
 * Queues a task of a custom type.
 * @param when null: at once
 */
export async function enqueueCustomTask(
  context: EnqueueContext,
  type: string,
  input: Json | JsonText,
  when: When | null,
  { name, unique = false, ...options }: TaskOptions,
): Promise<EnqueuedExecution> {
  const machine = await context.customTasks.machine(type);
  const payload = { input, unique, ...(name !== undefined && { name }) };
  return enqueueOne(context, machine, payload, { when, options });
}

/** Queues tasks of one custom type, and returns them in the order of their inputs. */
export async function enqueueCustomTasks(
  context: EnqueueContext,
  type: string,
  inputs: readonly Json[],
  { unique = false, ...options }: TasksOptions,
): Promise<EnqueuedExecution[]> {
  const machine = await context.customTasks.machine(type);
  const payloads = inputs.map((input) => ({ input, unique }));
  return enqueueMany(context, payloads, () => machine, options);
}

async function requireMachine(
  context: EnqueueContext,
  payload: ExecutionTaskPayload,
): Promise<RegisteredMachine> {
  checkPayload(payload);
  return resolveMachine(context, payload.machineId);
}

async function enqueueOne(
  context: EnqueueContext,
  machine: RegisteredMachine,
  payload: MachinePayload,
  { when, options }: { readonly when: When | null; readonly options: EnqueueOptions },
): Promise<EnqueuedExecution> {
  const terms = readTerms(context, options, when);
  const queued = { machineId: machine.record.id, count: 1 };
  const [result] = await traced(context, queued, terms, async (placed) => {
    const prepared = await prepareExecution(context, machine, payload, placed);
    return await record(context, [prepared], options.client);
  });
  assert(result !== undefined, 'createExecutions returns a result for each execution');
  return result;
}

/** Runs an enqueue as a span, which the executions are parts of. */
async function traced<Result>(
  { tracer }: EnqueueContext,
  { machineId, count }: { readonly machineId: string; readonly count: number },
  terms: EnqueueTerms,
  enqueue: (terms: EnqueueTerms) => Promise<Result>,
): Promise<Result> {
  const start = {
    name: `enqueue ${machineId}`,
    attributes: {
      'messaging.destination.name': terms.queue,
      'messaging.batch.message_count': count,
    },
    caller: terms.traceparent,
  };
  return await traceStart(tracer, start, (traceparent) =>
    enqueue(traceparent === null ? terms : { ...terms, traceparent }),
  );
}

/** A store that fails midway leaves the chunks before recorded. */
async function enqueueMany<Payload extends MachinePayload>(
  context: EnqueueContext,
  payloads: readonly Payload[],
  machineOf: (payload: Payload) => RegisteredMachine | Promise<RegisteredMachine>,
  options: EnqueueOptions,
): Promise<EnqueuedExecution[]> {
  const terms = readTerms(context, options, null);
  const queued = { machineId: 'executions', count: payloads.length };
  return await traced(context, queued, terms, async (placed) => {
    const executions: NewExecution[] = [];
    for (const [start, group] of chunks(payloads, preparedMax)) {
      const prepared = group.map((payload, offset) =>
        withIndex(start + offset, async () =>
          prepareExecution(context, await machineOf(payload), payload, placed),
        ),
      );
      executions.push(...(await Promise.all(prepared)));
    }
    const results: EnqueuedExecution[] = [];
    for (const [, chunk] of chunks(executions, chunkSize)) {
      results.push(...(await record(context, chunk, options.client)));
    }
    return results;
  });
}

function readTerms(
  { settings, clock }: EnqueueContext,
  options: EnqueueOptions,
  when: When | null,
) {
  return toEnqueueTerms(options, when, {
    queues: Object.keys(settings.queues),
    now: clock.now(),
  });
}

async function record(
  context: EnqueueContext,
  executions: readonly NewExecution[],
  client?: TransactionClient,
): Promise<EnqueuedExecution[]> {
  if (client !== undefined) {
    // The transaction may be rolled back: nothing is sent before the sweeper finds it committed.
    const results = await storeWithin(context, client).createExecutions(executions, false);
    return results.map(toEnqueued);
  }
  const results = await context.store.createExecutions(executions, true);
  const created = new Set(results.flatMap((result) => (result.created ? [result.id] : [])));
  // An execution that starts later has no message until then: the sweeper sends it.
  const due = executions.filter(({ id, startInMs }) => created.has(id) && startInMs === undefined);
  await new Dispatcher(context).dispatch(
    due.map(({ id, queue }) => ({ executionId: id, queue, batchId: null })),
  );
  return results.map(toEnqueued);
}

/**
 * Returns the store as it is within a transaction of the caller. Throws INVALID_ARGUMENT for a
 * store that shares no database with its callers.
 */
export function storeWithin(
  { store }: Pick<AppContext, 'store'>,
  client: TransactionClient,
): TransactionStore {
  if (typeof client.query !== 'function') {
    throw new MillraceError(
      'INVALID_ARGUMENT',
      `client must have the function query(text, values) of pg; found ${typeof client.query}`,
    );
  }
  const within = store.within?.(client);
  if (within !== undefined) return within;
  throw new MillraceError(
    'INVALID_ARGUMENT',
    `client is a transaction on the database of the store, which is ${store.description}: only ` +
      'the store postgres has one',
  );
}

function toEnqueued({ id, name, created }: CreateResult): EnqueuedExecution {
  return { executionId: id, name, created };
}

function* chunks<Item>(items: readonly Item[], size: number): Generator<[number, Item[]]> {
  for (let start = 0; start < items.length; start += size) {
    yield [start, items.slice(start, start + size)];
  }
}

/** Adds to an error which payload caused it. */
async function withIndex<Result>(index: number, make: () => Promise<Result>): Promise<Result> {
  try {
    return await make();
  } catch (error) {
    if (!hasCode(error)) throw error;
    throw new MillraceError(error.code, `payloads[${index}]: ${error.message}`, {
      retryable: error.retryable,
      fields: { ...error.fields, index },
      cause: error,
    });
  }
}
