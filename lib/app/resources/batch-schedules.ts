import { listSchedules, type ScheduleList } from '../../operations/schedules/list-schedules.ts';
import type { ResourceDeps } from './resource-deps.ts';

/** The schedules of an app's batches: `app.schedules`. */
export class BatchSchedules {
  readonly #deps: ResourceDeps;

  constructor(deps: ResourceDeps) {
    this.#deps = deps;
  }

  /** Lists the batches that start by a schedule or by an object, with their newest run. */
  list(): Promise<ScheduleList> {
    return listSchedules(this.#deps.context);
  }
}
