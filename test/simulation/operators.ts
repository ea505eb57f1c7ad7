import { isEnd } from '../../lib/engine/status.ts';
import type { Broker } from '../../lib/ports/broker.ts';
import type { Wakeup } from '../../lib/ports/store/execution-store.ts';
import type { Store } from '../../lib/ports/store/store.ts';
import { createTaskMessage } from '../../lib/roles/delivery/dispatcher.ts';
import type { Dice } from './dice.ts';
import type { FaultPlan } from './fault-plan.ts';
import type { LedgerEntry } from './ledger.ts';
import type { DrawnBatch } from './workload.ts';

/** What operators see, and what they send their commands to. */
export interface OperatorDeps {
  readonly dice: Dice;
  /**
   * Draws the pauses alone, so that what is drawn besides does not depend on them; null: no one
   * pauses a batch.
   */
  readonly pauseDice: Dice | null;
  readonly store: Store;
  readonly broker: Broker;
  readonly batches: readonly DrawnBatch[];
  /** Executions that operators know of; children of other executions are excluded. */
  readonly known: () => readonly LedgerEntry[];
}

/** Maximum number of executions per command. */
const executionsPerCommandMax = 4;

/**
 * The operators of a simulation, who now and then abort, cancel and redrive executions, make tasks
 * due, and pause, hold and resume batches. Some commands are interrupted before their tasks are
 * sent.
 */
export class Operators {
  readonly #deps: OperatorDeps;
  /** How likely they pause a batch in a second. */
  readonly #pause: number;

  constructor(deps: OperatorDeps) {
    this.#deps = deps;
    this.#pause = deps.pauseDice?.chance(0.3) ? 0.01 : 0;
  }

  /** Issues the commands of one second. */
  async act({ abort, cancel, hurry, redrive }: FaultPlan): Promise<void> {
    const { dice, store } = this.#deps;
    if (dice.chance(0.02)) await this.resumePaused();
    const { pauseDice } = this.#deps;
    if (pauseDice?.chance(this.#pause)) await this.#pauseOne(pauseDice);
    const isOpen = ({ status }: LedgerEntry) => !isEnd(status);
    if (dice.chance(abort)) await this.#send(await store.requestAbort(this.#pickIds(isOpen)));
    if (dice.chance(cancel)) {
      const { wakeups } = await store.cancelUnstarted(this.#pickIds(() => true));
      await this.#send(wakeups);
    }
    if (dice.chance(hurry)) await this.#send(await store.makeTasksDue(this.#pickIds(isOpen)));
    if (dice.chance(redrive)) await this.#redriveSome();
  }

  /** Redrives the whole archive. */
  async redriveArchive(): Promise<void> {
    const { store, broker } = this.#deps;
    for (const wakeup of await store.redriveArchived({}, 1_000)) {
      await broker.send(wakeup.queue, [createTaskMessage(wakeup)]);
    }
  }

  async resumePaused(): Promise<void> {
    for (const { id } of this.#deps.batches) {
      const change = { batchId: id, from: ['PAUSED'], to: 'RUNNING', reason: null } as const;
      await this.#deps.store.transitionBatch(change);
    }
  }

  async #pauseOne(pauseDice: Dice): Promise<void> {
    const { batches, store } = this.#deps;
    const batchId = batches[pauseDice.below(batches.length)]?.id ?? '';
    const hold = pauseDice.chance(0.7);
    const from = ['RUNNING', 'PAUSED'] as const;
    await store.transitionBatch({ batchId, from, to: 'PAUSED', reason: 'a person', hold });
  }

  async #redriveSome(): Promise<void> {
    const { store } = this.#deps;
    await this.#send(await store.redriveArchived({}, executionsPerCommandMax));
    const aborted = this.#pickIds(({ status }) => status === 'ABORTED');
    await this.#send(await store.redriveExecutions(aborted));
  }

  /** Picks the ids of a few executions that match. */
  #pickIds(wanted: (entry: LedgerEntry) => boolean): string[] {
    const { dice, known } = this.#deps;
    const matching = known().filter(wanted);
    const count = Math.min(matching.length, dice.between(1, executionsPerCommandMax));
    const taken = Array.from({ length: count }, () =>
      matching.splice(dice.below(matching.length), 1),
    );
    return taken.flat().map(({ execution }) => execution.id);
  }

  async #send(wakeups: readonly Wakeup[]): Promise<void> {
    const { dice, broker } = this.#deps;
    if (dice.chance(0.2)) return;
    for (const wakeup of wakeups) await broker.send(wakeup.queue, [createTaskMessage(wakeup)]);
  }
}
