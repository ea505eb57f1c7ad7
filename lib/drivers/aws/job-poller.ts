/**
 * Starts a job and asks for its state until it has ended. The call stays open all the while, and
 * holds no thread; a worker that takes over after a crash asks for the same job again.
 */
import type { JsonObject } from '../../asl/json/json.ts';
import { ErrorName } from '../../asl/state-error.ts';
import { type Clock, pause } from '../../ports/clock.ts';
import { TaskFailure } from '../../ports/task-failure.ts';
import type { Invocation } from '../../ports/task-invoker.ts';
import type { JobState, PolledJob } from './polled-jobs.ts';

/** How a job is followed. */
export interface PollingOptions {
  readonly clock: Clock;
  /** Between two questions, in milliseconds. */
  readonly intervalMs: number;
  /** Calls an action of the job's service. */
  readonly call: (action: string, parameters: JsonObject) => Promise<JsonObject>;
}

/** Questions in a row that may fail before the Task does: a job of hours outlives a bad minute. */
const failuresMax = 10;

/** What the job came to. Throws `States.TaskFailed`, told as the service tells of the job. */
export async function runJob(
  job: PolledJob,
  action: string,
  parameters: JsonObject,
  invocation: Pick<Invocation, 'idempotencyKey' | 'signal' | 'heartbeat'>,
  options: PollingOptions,
): Promise<JsonObject> {
  const { idempotencyKey, signal, heartbeat } = invocation;
  const submitted = await options.call(action, {
    [job.tokenField]: idempotencyKey,
    ...parameters,
  });
  const description = job.describe(submitted);
  if (description === null) throw new TaskFailure(ErrorName.taskFailed, JSON.stringify(submitted));
  let failures = 0;
  while (!signal.aborted) {
    await pause(options.clock, options.intervalMs, signal);
    const state = await options.call(description.action, description.parameters).then(
      (described) => job.stateOf(described),
      (error: unknown) => {
        failures += 1;
        if (failures >= failuresMax) throw error;
        return undefined;
      },
    );
    if (state === undefined) continue;
    failures = 0;
    if (hasEnded(state)) return state.told;
    heartbeat();
  }
  throw new TaskFailure(ErrorName.taskFailed, 'the job was no longer waited for');
}

/** Whether it succeeded; a job that failed, or that its service has forgotten, throws. */
function hasEnded(state: JobState | null): state is JobState {
  if (state?.kind === 'succeeded') return true;
  if (state?.kind === 'running') return false;
  const cause =
    state === null ? 'the service knows nothing of the job' : JSON.stringify(state.told);
  throw new TaskFailure(ErrorName.taskFailed, cause);
}
