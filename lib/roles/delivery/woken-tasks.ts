import { messageOf } from '../../errors.ts';
import type { Broker } from '../../ports/broker.ts';
import type { Clock } from '../../ports/clock.ts';
import type { Logger } from '../../ports/logger.ts';
import type { Wakeup } from '../../ports/store/execution-store.ts';
import type { DeliveredTasks } from './delivered-tasks.ts';
import type { PriorityPicker } from './priority-picker.ts';

/** What {@link WokenTasks} are constructed from. */
export interface WokenTasksDeps {
  readonly broker: Pick<Broker, 'stats'>;
  readonly picker: Pick<PriorityPicker, 'order'>;
  readonly clock: Clock;
  readonly logger: Logger;
  /** Maximum number of executions that run at once. */
  readonly concurrency: number;
}

/** The share of its slots that a worker fills with what it has woken: queues keep the others. */
const slotShare = 3 / 4;

/** How long the list of paused queues is used before it is read again, in milliseconds. */
const pausesReadMs = 1_000;

/** Runs executions that this worker has woken, without a message through the broker. */
export class WokenTasks {
  readonly #deps: WokenTasksDeps;
  readonly #tasks: Pick<DeliveredTasks, 'runWoken'>;
  #open: { readonly queues: Promise<ReadonlySet<string>>; readonly readAtMs: number } | null = null;

  constructor(deps: WokenTasksDeps, tasks: Pick<DeliveredTasks, 'runWoken'>) {
    this.#deps = deps;
    this.#tasks = tasks;
  }

  /** Runs those for which there is room, and returns the others. */
  async take(wakeups: readonly Wakeup[]): Promise<readonly Wakeup[]> {
    const queues = await this.#findOpenQueues();
    const here = wakeups.filter(({ queue }) => queues.has(queue));
    const runsMax = Math.floor(this.#deps.concurrency * slotShare);
    const left = new Set(here.length > 0 ? this.#tasks.runWoken(here, runsMax) : []);
    return wakeups.filter((wakeup) => !queues.has(wakeup.queue) || left.has(wakeup));
  }

  /** Returns the queues that this worker serves and that are not paused. */
  #findOpenQueues(): Promise<ReadonlySet<string>> {
    const now = this.#deps.clock.monotonicMs();
    if (this.#open === null || now - this.#open.readAtMs >= pausesReadMs) {
      this.#open = { queues: this.#readOpenQueues(), readAtMs: now };
    }
    return this.#open.queues;
  }

  async #readOpenQueues(): Promise<ReadonlySet<string>> {
    const { broker, picker, logger } = this.#deps;
    try {
      const stats = await broker.stats(picker.order());
      return new Set(stats.flatMap(({ queue, paused }) => (paused ? [] : queue)));
    } catch (error) {
      const fields = { error: messageOf(error) };
      logger.warn('queues not read: woken executions wait for their tasks', fields);
      return new Set();
    }
  }
}
