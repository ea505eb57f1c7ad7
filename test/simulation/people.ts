/**
 * People who give orders now and then: they abort and cancel what they started, have it begin at
 * once, run it again, and let go on what was paused. Some are gone before the tasks are sent.
 */
import { isEnd } from '../../lib/engine/status.ts';
import type { Broker } from '../../lib/ports/broker.ts';
import type { Wakeup } from '../../lib/ports/execution-store.ts';
import type { Store } from '../../lib/ports/store.ts';
import { executionMessage } from '../../lib/roles/delivery/task-message.ts';
import type { Dice } from './dice.ts';
import type { FaultPlan } from './fault-plan.ts';
import type { LedgerEntry } from './ledger.ts';
import type { DrawnBatch } from './workload.ts';

/** What people see, and whom they tell. */
export interface PeopleDeps {
  readonly dice: Dice;
  readonly store: Store;
  readonly broker: Broker;
  readonly batches: readonly DrawnBatch[];
  /** Executions that they know of; children are their parents' business. */
  readonly known: () => readonly LedgerEntry[];
}

/** Executions that one order is about at most. */
const orderMax = 4;

/** See this file's head. */
export class People {
  readonly #parts: PeopleDeps;

  constructor(parts: PeopleDeps) {
    this.#parts = parts;
  }

  /** The orders of one second. */
  async act({ abort, cancel, hurry, redrive }: FaultPlan): Promise<void> {
    const { dice, store } = this.#parts;
    if (dice.chance(0.02)) await this.resumePaused();
    const isOpen = ({ status }: LedgerEntry) => !isEnd(status);
    if (dice.chance(abort)) await this.#send(await store.requestAbort(this.#some(isOpen)));
    if (dice.chance(cancel)) {
      const { wakeups } = await store.abortUnstarted(this.#some(() => true));
      await this.#send(wakeups);
    }
    if (dice.chance(hurry)) await this.#send(await store.hurryTasks(this.#some(isOpen)));
    if (dice.chance(redrive)) await this.#redriveSome();
  }

  /** Has everything run again that was given up. */
  async redriveArchive(): Promise<void> {
    const { store, broker } = this.#parts;
    for (const wakeup of await store.redriveArchived({}, 1_000)) {
      await broker.send(wakeup.queue, [executionMessage(wakeup)]);
    }
  }

  async resumePaused(): Promise<void> {
    for (const { id } of this.#parts.batches) {
      const change = { batchId: id, from: ['PAUSED'], to: 'RUNNING', reason: null } as const;
      await this.#parts.store.transitionBatch(change);
    }
  }

  async #redriveSome(): Promise<void> {
    const { store } = this.#parts;
    await this.#send(await store.redriveArchived({}, orderMax));
    const aborted = this.#some(({ status }) => status === 'ABORTED');
    await this.#send(await store.redriveExecutions(aborted));
  }

  /** Ids of some that are as `wanted`. */
  #some(wanted: (entry: LedgerEntry) => boolean): string[] {
    const { dice, known } = this.#parts;
    const left = known().filter(wanted);
    const count = Math.min(left.length, dice.between(1, orderMax));
    const taken = Array.from({ length: count }, () => left.splice(dice.below(left.length), 1));
    return taken.flat().map(({ execution }) => execution.id);
  }

  async #send(wakeups: readonly Wakeup[]): Promise<void> {
    const { dice, broker } = this.#parts;
    if (dice.chance(0.2)) return;
    for (const wakeup of wakeups) await broker.send(wakeup.queue, [executionMessage(wakeup)]);
  }
}
