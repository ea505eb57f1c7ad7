import {
  type ActivityRequest,
  type ActivityWork,
  listActivities,
  pollActivity,
} from '../../operations/activities.ts';
import type { ActivityBacklog } from '../../ports/store/activity-store.ts';
import type { ResourceDeps } from './resource-deps.ts';

/** The activities of an app, whose work external workers do: `app.activities`. */
export class Activities {
  readonly #deps: ResourceDeps;

  constructor(deps: ResourceDeps) {
    this.#deps = deps;
  }

  /** Lists the activities that have work waiting. */
  list(): Promise<ActivityBacklog[]> {
    return listActivities(this.#deps.context);
  }

  /**
   * Takes the oldest work of an activity, which `app.taskTokens` answers by its token; null when
   * none came in time. Throws UNKNOWN_ACTIVITY or INVALID_ARGUMENT.
   */
  poll(activity: string, request: ActivityRequest = {}): Promise<ActivityWork | null> {
    const { reachesWorkers } = this.#deps.roles;
    return pollActivity(this.#deps.context, activity, request, reachesWorkers);
  }
}
