import { canonicalText } from '../../asl/json/canonical-json.ts';
import { isObject, type Json } from '../../asl/json/json.ts';
import { ErrorName } from '../../asl/state-error.ts';
import { parseCommand } from '../../engine/task/idempotency-key.ts';
import { catchTaskFailure, TaskFailure } from '../../engine/task/task-failure.ts';
import { messageOf } from '../../errors.ts';
import type { Clock } from '../../ports/clock.ts';
import type { Logger } from '../../ports/logger.ts';
import type { Correlation, MessageStore, NewMessage } from '../../ports/store/message-store.ts';
import type { Invocation, InvocationResult, TaskInvoker } from '../../ports/task-invoker.ts';
import { retry } from '../../retry/retry.ts';
import { taskStoreRetries } from '../../retry/task-store-retries.ts';
import type { SignalRouter } from './signal-router.ts';

/** What {@link MessageTasks} are constructed from. */
export interface MessageTasksDeps {
  readonly store: Pick<
    MessageStore,
    'putMessage' | 'awaitMessage' | 'removeWaiter' | 'matchMessages'
  >;
  readonly signalRouter: Pick<SignalRouter, 'notify'>;
  readonly clock: Clock;
  readonly logger: Logger;
}

/** Maximum number of messages matched at once; the sweeper matches the rest. */
const matchLimit = 100;

/**
 * Runs Message states, and receives messages for them. A message or a waiter is recorded first and
 * then matched: of two that arrive at the same time, one sees the other, and the sweeper matches
 * what a crash leaves unmatched.
 */
export class MessageTasks implements TaskInvoker {
  readonly #deps: MessageTasksDeps;

  constructor(deps: MessageTasksDeps) {
    this.#deps = deps;
  }

  findRefusal(): null {
    return null;
  }

  /** Records that the command waits. The message comes as a signal. */
  invoke(invocation: Invocation): Promise<InvocationResult> {
    const { store, clock } = this.#deps;
    return catchTaskFailure(async () => {
      const { execution, signal } = invocation;
      const correlation = toCorrelation(invocation.parameters);
      const command = parseCommand(invocation);
      const waiter = { executionId: execution.id, command, ...correlation };
      await retry(() => store.awaitMessage(waiter), { clock, signal, policyFor: taskStoreRetries });
      await this.#match(correlation, true);
      return { ok: true, submitted: {} };
    }, ErrorName.taskFailed);
  }

  async cancel(executionId: string, command: string): Promise<void> {
    try {
      await this.#deps.store.removeWaiter(executionId, command);
    } catch (error) {
      const fields = { executionId, error: messageOf(error) };
      this.#deps.logger.warn(
        'message waiter not removed: a message delivered to it will be put back',
        fields,
      );
    }
  }

  /**
   * Stores a message and delivers it to the executions that wait for it. Throws what the store
   * throws.
   * @param wakeupSent as in `SignalRouter.send`
   */
  async receive(message: NewMessage, wakeupSent: boolean): Promise<void> {
    await this.#deps.store.putMessage(message);
    await this.#match(message, wakeupSent);
  }

  async #match({ key, value }: Correlation, wakeupSent: boolean): Promise<void> {
    const { store, signalRouter, logger } = this.#deps;
    try {
      await signalRouter.notify(await store.matchMessages({ key, value }, matchLimit, wakeupSent));
    } catch (error) {
      logger.warn('message not matched: the sweeper will retry', { error: messageOf(error) });
    }
  }
}

function toCorrelation(parameters: Json): Correlation {
  if (!isObject(parameters) || typeof parameters.CorrelationKey !== 'string') {
    throw new TaskFailure(ErrorName.runtime, 'CorrelationKey must be a string');
  }
  const { CorrelationKey: key, CorrelationValue: value = null } = parameters;
  return { key, value: canonicalText(value) };
}
