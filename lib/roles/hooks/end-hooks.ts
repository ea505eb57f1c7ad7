import type { EndHandler, EndHook, EndWebhook } from '../../batch/end-hook.ts';
import { isChildMachine } from '../../batch/map-run/map-run-batch.ts';
import { isEnd } from '../../engine/status.ts';
import type { Clock } from '../../ports/clock.ts';
import type { Entropy } from '../../ports/entropy.ts';
import type { BusEvent } from '../../ports/event-bus.ts';
import type { Checkpoint } from '../../ports/store/checkpoint-store.ts';
import type { ClaimedExecution } from '../../ports/store/claim-store.ts';
import type { NewExecution } from '../../ports/store/execution-store.ts';
import type { Dispatcher } from '../delivery/dispatcher.ts';
import type { Committer } from '../execution/committer.ts';
import { createWebhookDelivery } from '../webhooks/webhook-delivery.ts';
import { type HookCall, toHandlerHookType, webhookHookType } from './hook-types.ts';

/** What {@link EndHooks} are constructed from. */
export interface EndHooksDeps {
  /** Returns the machine of a type of tasks, recorded when it is first asked for. */
  readonly machineOf: (type: string) => Promise<{ readonly id: string; readonly version: number }>;
  /** Returns who is notified of the ends of a machine's executions; null for no one. */
  readonly hookOf: (machineId: string) => EndHook | null;
  readonly entropy: Pick<Entropy, 'uuid'>;
  readonly dispatcher: Pick<Dispatcher, 'dispatch'>;
  /** The queue of the calls. */
  readonly queue: string;
}

/** Maximum number of retries of a call. */
const hookRetriesMax = 11;

/**
 * Creates the calls that notify of the ends of executions and batches. Each is a task of its own,
 * and is recorded by the statement that records the end, so that no crash loses one: it is called
 * at least once, retried like any task, and archived when that is in vain. The event that it gets
 * has an id, by which a receiver finds a repetition.
 *
 * The children of a distributed Map have no calls: the end of their parent covers them.
 */
export class EndHooks {
  readonly #deps: EndHooksDeps;

  constructor(deps: EndHooksDeps) {
    this.#deps = deps;
  }

  /** Returns what commits the checkpoints of an execution, with the call for its end. */
  committerFor(
    claimed: ClaimedExecution,
    committer: Pick<Committer, 'commit'>,
    clock: Pick<Clock, 'now'>,
  ): Pick<Committer, 'commit'> {
    const { machineId } = claimed;
    const hook = isChildMachine(machineId) ? null : this.#deps.hookOf(machineId);
    if (hook === null) return committer;
    return {
      commit: async (checkpoint) => {
        if (!isEnd(checkpoint.status)) return await committer.commit(checkpoint);
        const call = await this.#callFor(hook, claimed, checkpoint, clock.now());
        const isWritten = await committer.commit({ ...checkpoint, hook: call });
        if (isWritten) await this.send([call]);
        return isWritten;
      },
    };
  }

  async #callFor(
    hook: EndHook,
    { id: executionId, name, machineId, batchId }: ClaimedExecution,
    { status, error, attempts }: Checkpoint,
    at: number,
  ): Promise<NewExecution> {
    const detail = { executionId, name, machineId, batchId, status, error, attempts };
    const event: BusEvent = { type: 'millrace.execution.ended', detail, at };
    return 'handler' in hook ? await this.call(event, hook) : await this.#post(event, hook);
  }

  /** Sends the tasks of calls that have been recorded; those that get lost, the sweeper sends. */
  async send(calls: readonly NewExecution[]): Promise<void> {
    const wakeups = calls.map(({ id, queue }) => ({ executionId: id, queue, batchId: null }));
    await this.#deps.dispatcher.dispatch(wakeups);
  }

  /** Returns the call of a handler with an event. */
  async call(event: BusEvent, { handler }: EndHandler): Promise<NewExecution> {
    const id = this.#deps.entropy.uuid();
    const { type, detail, at } = event;
    return await this.#task(id, toHandlerHookType(handler), { id, type, at, detail });
  }

  async #post(event: BusEvent, webhook: EndWebhook): Promise<NewExecution> {
    const id = this.#deps.entropy.uuid();
    const { url, secretName, body } = createWebhookDelivery(event, { id, ...webhook });
    return await this.#task(id, webhookHookType, {
      id,
      type: event.type,
      url,
      secretName,
      body,
    } satisfies HookCall);
  }

  async #task(id: string, type: string, input: object): Promise<NewExecution> {
    const machine = await this.#deps.machineOf(type);
    return {
      id,
      name: id,
      machineId: machine.id,
      machineVersion: machine.version,
      queue: this.#deps.queue,
      retriesMax: hookRetriesMax,
      input: JSON.stringify(input),
    };
  }
}
