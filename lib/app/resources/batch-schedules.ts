import type { BatchStart } from '../../operations/batches.ts';
import {
  type ChangedSchedule,
  pauseSchedule,
  resumeSchedule,
  startSchedule,
} from '../../operations/schedules/change-schedule.ts';
import { listSchedules, type ScheduleList } from '../../operations/schedules/list-schedules.ts';
import { receiveEvent } from '../../operations/triggers/receive-event.ts';
import type { ChangeOrigin } from '../../ports/store/order-store.ts';
import type { ResourceDeps } from './resource-deps.ts';

/**
 * What starts the batches of an app by itself: `app.schedules`. A schedule has the name of its
 * batch.
 *
 * @example await app.schedules.pause('nightly', 'the shop moves');
 */
export class BatchSchedules {
  readonly #deps: ResourceDeps;

  constructor(deps: ResourceDeps) {
    this.#deps = deps;
  }

  /** Lists the batches that start by a schedule or by an object, with their newest run. */
  list(): Promise<ScheduleList> {
    return listSchedules(this.#deps.context);
  }

  /**
   * Stops a schedule from starting its batch until it is resumed. Throws UNKNOWN_BATCH, or CONFLICT
   * for a batch without a schedule.
   */
  pause(name: string, reason?: string): Promise<ChangedSchedule> {
    return pauseSchedule(this.#deps.context, name, reason);
  }

  /**
   * Lets a schedule start its batch again; what was due meanwhile is skipped. Throws UNKNOWN_BATCH,
   * or CONFLICT for a batch without a schedule.
   * @param _reason stands in the log of changes
   */
  resume(name: string, _reason?: string): Promise<ChangedSchedule> {
    return resumeSchedule(this.#deps.context, name);
  }

  /**
   * Starts the batch of a schedule now; with `at`, in milliseconds since 1970, for one of its
   * times: with the date of that time, and once. Throws UNKNOWN_BATCH, CONFLICT for a batch without
   * a schedule, INVALID_ARGUMENT for a time at which it is not due.
   */
  async start(name: string, at?: number): Promise<BatchStart> {
    const batch = await startSchedule(this.#deps.context, name, at);
    this.#deps.roles.wakeLeader();
    return batch;
  }

  /**
   * Starts the batches that an event in the format of EventBridge requests, each once for the id of
   * the event: by name (`millrace.batch.requested`), or for a new object of S3.
   */
  async receive(event: object, origin?: ChangeOrigin): Promise<BatchStart[]> {
    const { context, roles } = this.#deps;
    const started = await receiveEvent(context, event, origin ?? { ...context.origin });
    if (started.length > 0) roles.wakeLeader();
    return started;
  }
}
