import { parseExecutionArn } from '../../lib/engine/arn/parse-arn.ts';
import type { UntimedEvent } from '../../lib/engine/event.ts';
import { readTaskToken } from '../../lib/engine/task/task-token.ts';
import type { Broker } from '../../lib/ports/broker.ts';
import type { Clock } from '../../lib/ports/clock.ts';
import type { Store } from '../../lib/ports/store/store.ts';
import { encodeSignal } from '../../lib/roles/callbacks/signal-event.ts';
import { createTaskMessage } from '../../lib/roles/delivery/dispatcher.ts';
import type { HandlerAnswer } from './answers.ts';
import type { Dice } from './dice.ts';
import type { Trace } from './trace.ts';

/** Maximum time until a request is answered, in milliseconds. */
export const answerMsMax = 120_000;

/** What external services answer with. */
export interface ExternalServicesDeps {
  readonly clock: Clock;
  readonly dice: Dice;
  readonly store: Pick<Store, 'findExecution' | 'sendSignals'>;
  readonly broker: Pick<Broker, 'send'>;
  readonly trace: Trace;
}

/**
 * The services and workers outside that hold task tokens. They answer sooner or later, sometimes
 * twice, and some crash before they have sent the wakeup of their answer.
 */
export class ExternalServices {
  readonly #deps: ExternalServicesDeps;

  constructor(deps: ExternalServicesDeps) {
    this.#deps = deps;
  }

  /** Answers the task of a token after a while. */
  answerLater(taskToken: string, answer: HandlerAnswer): void {
    const { clock, dice } = this.#deps;
    const answers = dice.chance(0.3) ? 2 : 1;
    for (let count = 0; count < answers; count += 1) {
      clock.after(dice.between(0, answerMsMax), () => {
        void this.#answer(taskToken, answer);
      });
    }
  }

  async #answer(taskToken: string, answer: HandlerAnswer): Promise<void> {
    const { store, dice, broker, trace } = this.#deps;
    const token = readTaskToken(taskToken);
    const named = parseExecutionArn(token?.executionArn ?? '');
    if (token === undefined || named === undefined) throw new Error('expected a valid task token');
    const execution = await store.findExecution(named.machineId, named.name);
    if (execution === null) return;
    const event = encodeSignal(answerEvent(token.command, answer));
    const { wakeups } = await store.sendSignals([{ executionId: execution.id, event }], true);
    trace.note(`${execution.id} is answered: ${event}`);
    if (dice.chance(0.2)) return;
    for (const wakeup of wakeups) await broker.send(wakeup.queue, [createTaskMessage(wakeup)]);
  }
}

function answerEvent(command: string, answer: HandlerAnswer): UntimedEvent {
  return answer.kind === 'result'
    ? { type: 'commandSucceeded', command, result: answer.result }
    : { type: 'commandFailed', command, error: 'Permanent', cause: '' };
}
