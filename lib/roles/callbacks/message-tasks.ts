/**
 * Carries out Message states, and takes messages in. Whoever comes, a message or one who waits, is
 * recorded first and then matched: so of two that come at the same time one sees both, and what a
 * crash leaves in between the sweep matches.
 */
import { canonicalText } from '../../asl/json/canonical-json.ts';
import { isObject, type Json } from '../../asl/json/json.ts';
import { ErrorName } from '../../asl/state-error.ts';
import { messageOf } from '../../errors.ts';
import type { Clock } from '../../ports/clock.ts';
import type { Logger } from '../../ports/logger.ts';
import type { Correlation, MessageStore, NewMessage } from '../../ports/message-store.ts';
import { answerOf, TaskFailure } from '../../ports/task-failure.ts';
import {
  commandIn,
  type Invocation,
  type InvocationResult,
  type TaskInvoker,
} from '../../ports/task-invoker.ts';
import { patiently } from '../../retry/patiently.ts';
import type { SignalRouter } from './signal-router.ts';

export interface MessageTasksOptions {
  readonly store: Pick<MessageStore, 'putMessage' | 'awaitMessage' | 'forgetWaiter'> &
    Pick<MessageStore, 'matchMessages'>;
  readonly signalRouter: Pick<SignalRouter, 'carry'>;
  readonly clock: Clock;
  readonly logger: Logger;
}

/** Messages matched at once; the sweep matches more. */
const limit = 100;

export class MessageTasks implements TaskInvoker {
  readonly #options: MessageTasksOptions;

  constructor(options: MessageTasksOptions) {
    this.#options = options;
  }

  refusal(): null {
    return null;
  }

  /** The command waits from now on; its answer is a signal. */
  invoke(invocation: Invocation): Promise<InvocationResult> {
    const { store, clock } = this.#options;
    return answerOf(async () => {
      const { execution, signal } = invocation;
      const correlation = correlationOf(invocation.parameters);
      const command = commandIn(invocation);
      const waiter = { executionId: execution.id, command, ...correlation };
      await patiently(clock, signal, () => store.awaitMessage(waiter));
      await this.#match(correlation, true);
      return { ok: true, submitted: {} };
    }, ErrorName.taskFailed);
  }

  async cancel(executionId: string, command: string): Promise<void> {
    try {
      await this.#options.store.forgetWaiter(executionId, command);
    } catch (error) {
      // A message that comes to it all the same goes back.
      const fields = { executionId, error: messageOf(error) };
      this.#options.logger.warn('a waiter for a message was not forgotten', fields);
    }
  }

  /**
   * Takes a message in and hands it to those who wait. Throws what the store throws.
   * @param wakes as that of `SignalRouter.send`
   */
  async take(message: NewMessage, wakes: boolean): Promise<void> {
    await this.#options.store.putMessage(message);
    await this.#match(message, wakes);
  }

  async #match({ key, value }: Correlation, wakes: boolean): Promise<void> {
    const { store, signalRouter, logger } = this.#options;
    try {
      await signalRouter.carry(await store.matchMessages({ key, value }, limit, wakes));
    } catch (error) {
      logger.warn('a message was not matched; the sweep does it', { error: messageOf(error) });
    }
  }
}

function correlationOf(parameters: Json): Correlation {
  if (!isObject(parameters) || typeof parameters.CorrelationKey !== 'string') {
    throw new TaskFailure(ErrorName.runtime, 'CorrelationKey must be a text');
  }
  const { CorrelationKey: key, CorrelationValue: value = null } = parameters;
  return { key, value: canonicalText(value) };
}
