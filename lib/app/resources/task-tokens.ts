import type { Json } from '../../asl/json/json.ts';
import {
  sendTaskFailure,
  sendTaskHeartbeat,
  sendTaskSuccess,
  type TaskFailureReport,
} from '../../operations/task-tokens.ts';
import type { ResourceDeps } from './resource-deps.ts';

/**
 * Answers Tasks that wait for a task token (`.waitForTaskToken`, or an activity): `app.taskTokens`.
 * Every method throws INVALID_TOKEN, TASK_DOES_NOT_EXIST, or TASK_TIMED_OUT when no task waits for
 * the token any more.
 */
export class TaskTokens {
  readonly #deps: ResourceDeps;

  constructor(deps: ResourceDeps) {
    this.#deps = deps;
  }

  /** Ends the Task with an output. Throws INVALID_OUTPUT. */
  sendSuccess(taskToken: string, output: Json): Promise<void> {
    const { context, roles } = this.#deps;
    return sendTaskSuccess(context, taskToken, output, roles.reachesWorkers);
  }

  /** Ends the Task with an error, which `Retry` and `Catch` match. */
  sendFailure(taskToken: string, failure: TaskFailureReport = {}): Promise<void> {
    const { context, roles } = this.#deps;
    return sendTaskFailure(context, taskToken, failure, roles.reachesWorkers);
  }

  /** Reports that the work is alive, for Tasks with `HeartbeatSeconds`. */
  sendHeartbeat(taskToken: string): Promise<void> {
    const { context, roles } = this.#deps;
    return sendTaskHeartbeat(context, taskToken, roles.reachesWorkers);
  }
}
