/**
 * Records executions and sends their tasks. The record is the truth: a task that is lost is sent
 * again by the sweep. What one of many cannot be refuses all of them, before anything is recorded.
 */

import { assert, hasCode, MillraceError } from '../errors.ts';
import type { CreateResult, NewExecution } from '../ports/execution-store.ts';
import { Dispatcher } from '../roles/delivery/dispatcher.ts';
import type { AppContext } from './app-context.ts';
import { type EnqueueOptions, enqueueTerms, type When } from './enqueue-options.ts';
import { type MachinePayload, payloadExecution } from './execution-payload.ts';
import type { RegisteredMachine } from './machine-registry.ts';

/** What became of an execution, or a task. */
export interface EnqueuedExecution {
  readonly executionId: string;
  /** The name it was to have; an earlier execution may have another. */
  readonly name: string;
  /**
   * False when its name was taken, its source linked or its key in use: `executionId` is then the
   * earlier execution's.
   */
  readonly created: boolean;
}

/** A payload and the machine that runs it. */
export interface Enqueued {
  readonly machine: RegisteredMachine;
  readonly payload: MachinePayload;
}

/** Executions recorded in one statement. */
const chunkSize = 1_000;

/** Payloads looked at at once: those with a source ask the store for it. */
const lookedAtMax = 20;

/** See this file's head. */
export class Enqueueing {
  readonly #context: AppContext;
  readonly #dispatcher: Dispatcher;

  constructor(context: AppContext) {
    this.#context = context;
    this.#dispatcher = new Dispatcher(context);
  }

  /** Queues one. @param when null: at once */
  async one(
    asked: Enqueued,
    when: When | null,
    options: EnqueueOptions,
  ): Promise<EnqueuedExecution> {
    const terms = this.#terms(options, when);
    const { machine, payload } = asked;
    const execution = await payloadExecution(this.#context, machine, payload, terms);
    const [result] = await this.#record([execution]);
    assert(result !== undefined, 'createExecutions answers each execution');
    return result;
  }

  /**
   * Queues all of them; answers in their order. A store that fails in the midst of it leaves the
   * thousands before recorded.
   * @param machineOf the machine of a payload
   */
  async all<Payload extends MachinePayload>(
    payloads: readonly Payload[],
    machineOf: (payload: Payload) => RegisteredMachine,
    options: EnqueueOptions,
  ): Promise<EnqueuedExecution[]> {
    const terms = this.#terms(options, null);
    const executions: NewExecution[] = [];
    for (const [start, group] of groups(payloads, lookedAtMax)) {
      const made = group.map((payload, place) =>
        named(start + place, async () =>
          payloadExecution(this.#context, machineOf(payload), payload, terms),
        ),
      );
      executions.push(...(await Promise.all(made)));
    }
    const results: EnqueuedExecution[] = [];
    for (const [, chunk] of groups(executions, chunkSize)) {
      results.push(...(await this.#record(chunk)));
    }
    return results;
  }

  #terms(options: EnqueueOptions, when: When | null) {
    const { settings, clock } = this.#context;
    return enqueueTerms(options, when, {
      queues: Object.keys(settings.queues),
      now: clock.now(),
    });
  }

  async #record(executions: readonly NewExecution[]): Promise<EnqueuedExecution[]> {
    const results = await this.#context.store.createExecutions(executions, true);
    const created = new Set(results.flatMap((result) => (result.created ? [result.id] : [])));
    // One that starts later has no task until then: the sweep sends it.
    const due = executions.filter(
      ({ id, startInMs }) => created.has(id) && startInMs === undefined,
    );
    await this.#dispatcher.dispatch(
      due.map(({ id, queue }) => ({ executionId: id, queue, batchId: null })),
    );
    return results.map(enqueuedOf);
  }
}

function enqueuedOf({ id, name, created }: CreateResult): EnqueuedExecution {
  return { executionId: id, name, created };
}

function* groups<Item>(items: readonly Item[], size: number): Generator<[number, Item[]]> {
  for (let start = 0; start < items.length; start += size) {
    yield [start, items.slice(start, start + size)];
  }
}

/** Says of which payload what is thrown is the fault. */
async function named<Result>(index: number, make: () => Promise<Result>): Promise<Result> {
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
