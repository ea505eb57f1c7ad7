import type { Json } from '../../lib/asl/json/json.ts';
import type { Clock } from '../../lib/ports/clock.ts';
import type { ActivityTasks } from '../../lib/roles/callbacks/activity-tasks.ts';
import { activity, answerTo } from './answers.ts';
import type { ExternalServices } from './external-services.ts';

/** What the workers of the activity poll and answer with. */
export interface ActivityWorkersDeps {
  readonly clock: Clock;
  readonly activities: Pick<ActivityTasks, 'take'>;
  readonly externalServices: Pick<ExternalServices, 'answerLater'>;
}

/** Time between two polls, in milliseconds. */
const pollMs = 10_000;

/** The external workers of an activity: they poll for its tasks, and answer each of them. */
export class ActivityWorkers {
  readonly #deps: ActivityWorkersDeps;
  readonly #stopping = new AbortController();
  #cancel: () => void = () => {};

  constructor(deps: ActivityWorkersDeps) {
    this.#deps = deps;
  }

  start(): void {
    this.#cancel = this.#deps.clock.after(pollMs, () => {
      this.start();
      void this.#poll();
    });
  }

  stop(): void {
    this.#stopping.abort();
    this.#cancel();
  }

  async #poll(): Promise<void> {
    const { activities, externalServices } = this.#deps;
    const { signal } = this.#stopping;
    const poll = {
      activity: activity.name,
      workerName: null,
      waitMs: 0,
      wakeupSent: true,
      signal,
    };
    for (;;) {
      const task = await activities.take(poll);
      if (task === null) return;
      const parameters = JSON.parse(task.input) as Json;
      const call = { resource: activity.arn, stateName: '', retryCount: 0, parameters };
      externalServices.answerLater(task.taskToken, answerTo(call));
    }
  }
}
