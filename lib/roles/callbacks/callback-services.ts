import type { ActivityTasks } from './activity-tasks.ts';
import type { MessageTasks } from './message-tasks.ts';
import type { NestedExecutions } from './nested-executions.ts';
import type { SignalRouter } from './signal-router.ts';

/** The services of an app that reach executions from outside. */
export interface CallbackServices {
  /** One for the whole process, so that every role is notified of signals immediately. */
  readonly signalRouter: SignalRouter;
  readonly messages: MessageTasks;
  readonly activities: ActivityTasks;
  /** Starts executions of the app's machines on behalf of Tasks. */
  readonly nested: NestedExecutions;
}
