import type { Json } from '../../asl/json/json.ts';
import { decodeSnapshot } from '../../engine/snapshot.ts';
import { isEnd } from '../../engine/status.ts';
import { findOpenTaskOfVisit } from '../../engine/task/open-task.ts';
import { MillraceError } from '../../errors.ts';
import type { AppContext } from '../app-context.ts';
import { requireExecution } from '../find-execution.ts';
import { sendTaskFailure, sendTaskSuccess } from '../task-tokens.ts';

/** The answer to a Task: an output, or an error as `Retry` and `Catch` match it. */
export type TaskAnswer =
  | { readonly output: Json }
  | {
      /** Maximum 256 characters. */
      readonly error: string;
      /** Maximum 32,768 characters. @default none */
      readonly cause?: string;
    };

/**
 * Ends a Task that waits for an answer from outside, by the visit of its state: for a person who
 * must not see its task token.
 * @param eventId the id of the event that enters the state
 * @param reachesWorkers whether tasks sent from this process reach a worker now
 * @throws UNKNOWN_EXECUTION, INVALID_OUTPUT, TASK_TIMED_OUT
 * @throws CONFLICT when the visit waits for no answer
 */
export async function answerTask(
  context: Pick<AppContext, 'store' | 'signalRouter' | 'settings'>,
  name: string,
  eventId: number,
  answer: TaskAnswer,
  reachesWorkers: boolean,
): Promise<void> {
  const { id, status, snapshot } = await requireExecution(context, name);
  const isOpen = !isEnd(status) && snapshot !== null;
  const task = isOpen ? findOpenTaskOfVisit(decodeSnapshot(snapshot), eventId) : undefined;
  if (task?.taskToken === undefined) {
    throw new MillraceError(
      'CONFLICT',
      `expected a Task with a task token that the event ${eventId} has entered; found none that ` +
        'waits: it was answered, was stopped or has no token',
      { fields: { executionId: id, eventId } },
    );
  }
  if ('output' in answer) {
    await sendTaskSuccess(context, task.taskToken, answer.output, reachesWorkers);
  } else {
    await sendTaskFailure(context, task.taskToken, answer, reachesWorkers);
  }
}
