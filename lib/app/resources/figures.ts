import { AnswerCache } from '../../operations/figures/answer-cache.ts';
import { type BatchFailures, getBatchFailures } from '../../operations/figures/failure-report.ts';
import { getOverview, type OverviewReport } from '../../operations/figures/overview.ts';
import {
  getSeries,
  type SeriesReport,
  type SeriesRequest,
} from '../../operations/figures/series.ts';
import {
  type BatchStates,
  getBatchStates,
  getMachineStates,
  type MachineStates,
} from '../../operations/figures/state-report.ts';
import type { ResourceDeps } from './resource-deps.ts';

/** How long an answer is kept where the database shares its thread with a worker. */
const sharedMs = 1_000;

/**
 * What the executions of an app do, and have done: `app.figures`. What a call costs depends on the
 * machines and queues, never on the number of executions.
 *
 * @example
 * const { states } = await app.figures.batchStates(batchId);
 * for (const { name, current, failed } of states) console.log(name, current, failed);
 */
export class Figures {
  readonly #deps: ResourceDeps;
  readonly #answers: AnswerCache;

  constructor(deps: ResourceDeps) {
    const { clock, settings } = deps.context;
    this.#deps = deps;
    this.#answers = new AnswerCache(clock, settings.store.driver === 'pglite' ? sharedMs : 0);
  }

  /** Returns the state of queues, open batches, workers, archive and alerts at once. */
  overview(): Promise<OverviewReport> {
    const { lists, roles } = this.#deps;
    return this.#answers.get('overview', () => getOverview(lists, roles.reachesWorkers));
  }

  /** Returns figures over time. Throws INVALID_ARGUMENT when `from` is not before `to`. */
  series(request: SeriesRequest): Promise<SeriesReport> {
    const question = `series ${JSON.stringify(request)}`;
    return this.#answers.get(question, () => getSeries(this.#deps.lists, request));
  }

  /**
   * Returns how many executions of a batch are, failed and were retried in each state. Throws
   * UNKNOWN_BATCH.
   */
  batchStates(batchId: string): Promise<BatchStates> {
    const question = `states ${batchId}`;
    return this.#answers.get(question, () => getBatchStates(this.#deps.context, batchId));
  }

  /** Returns the failures of a batch by error and state. Throws UNKNOWN_BATCH. */
  batchFailures(batchId: string, limit = 50): Promise<BatchFailures> {
    const question = `failures ${limit} ${batchId}`;
    return this.#answers.get(question, () => getBatchFailures(this.#deps.lists, batchId, limit));
  }

  /**
   * As {@link batchStates}, for the executions of a machine that belong to no batch. Throws
   * UNKNOWN_MACHINE.
   * @param version @default the newest
   */
  machineStates(machineId: string, version?: number): Promise<MachineStates> {
    const question = `machine ${version} ${machineId}`;
    const read = () => getMachineStates(this.#deps.context, machineId, version);
    return this.#answers.get(question, read);
  }
}
