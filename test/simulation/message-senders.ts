import type { MachineDefinition, MessageState, StateGraph } from '../../lib/asl/definition.ts';
import { canonicalText } from '../../lib/asl/json/canonical-json.ts';
import type { Json } from '../../lib/asl/json/json.ts';
import type { Clock } from '../../lib/ports/clock.ts';
import type { NewMessage } from '../../lib/ports/store/message-store.ts';
import type { MessageTasks } from '../../lib/roles/callbacks/message-tasks.ts';
import type { SimulatedItem } from './answers.ts';
import type { Dice } from './dice.ts';
import { sharedCorrelation } from './random-machine.ts';
import type { Trace } from './trace.ts';
import type { DrawnBatch } from './workload.ts';

/** Maximum time until a message is sent, in milliseconds from the start of its batch. */
const lateMsMax = 600_000;
/** Longer than any simulation lasts. */
const alwaysMs = 90 * 86_400_000;

/** What messages are sent with. */
export interface MessageSendersDeps {
  readonly clock: Clock;
  readonly dice: Dice;
  readonly trace: Trace;
  readonly messageTasks: Pick<MessageTasks, 'receive'>;
  /** Stores a message without matching it. */
  readonly put: (message: NewMessage) => Promise<void>;
}

/**
 * The programs that send messages to Message states: early, late, twice or, where a state has a
 * time limit, never. Some crash before their message is matched.
 */
export class MessageSenders {
  readonly #deps: MessageSendersDeps;

  constructor(deps: MessageSendersDeps) {
    this.#deps = deps;
  }

  /** Schedules the messages that executions of the machine for `items` wait for. */
  plan({ machine, machineId, items }: Pick<DrawnBatch, 'machine' | 'machineId' | 'items'>): void {
    this.#planGraph(machine.definition as MachineDefinition, items, machineId);
  }

  #planGraph({ States }: StateGraph, items: readonly SimulatedItem[], machine: string): void {
    for (const [name, state] of Object.entries(States)) {
      if (state.Type === 'Message') this.#planState(name, state, items, machine);
      if (state.Type === 'Parallel') {
        for (const branch of state.Branches) this.#planGraph(branch, items, machine);
      }
      if (state.Type === 'Map' && state.ItemProcessor !== undefined) {
        const inner = items.flatMap((item) => item.items);
        this.#planGraph(state.ItemProcessor, inner, machine);
      }
    }
  }

  #planState(
    name: string,
    state: MessageState,
    items: readonly SimulatedItem[],
    machine: string,
  ): void {
    const { dice } = this.#deps;
    const isLimited = state.TimeoutSeconds !== undefined;
    const isShared = state.CorrelationKey === sharedCorrelation.CorrelationKey;
    for (const { n } of items) {
      if (isLimited && dice.chance(isShared ? 0.8 : 0.3)) continue;
      const [key, value, body] = isShared
        ? [state.CorrelationKey, {}, 0]
        : [name, { machine, n }, n];
      this.#sendLater(key, value, body, isLimited);
      if (dice.chance(0.2)) this.#sendLater(key, value, body, true);
    }
  }

  #sendLater(key: string, value: Json, n: number, mayExpire: boolean): void {
    const { clock, dice } = this.#deps;
    const id = dice.entropy.uuid();
    const ttlMs = mayExpire ? dice.pick([20_000, 3_600_000, alwaysMs]) : alwaysMs;
    const message = {
      id,
      key,
      value: canonicalText(value),
      body: JSON.stringify({ id, n }),
      ttlMs,
    };
    clock.after(dice.chance(0.4) ? 0 : dice.below(lateMsMax), () => {
      void this.#send(message);
    });
  }

  async #send(message: NewMessage): Promise<void> {
    const { dice, messageTasks, put, trace } = this.#deps;
    const crashes = dice.chance(0.2);
    trace.note(`message ${message.id} is sent${crashes ? ', and its sender crashes' : ''}`);
    if (crashes) await put(message);
    else await messageTasks.receive(message, true);
  }
}
