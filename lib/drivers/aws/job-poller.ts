/** Runs a job of a service to its end by polling it (`.sync`). */
import type { JsonObject } from '../../asl/json/json.ts';
import { ErrorName } from '../../asl/state-error.ts';
import { TaskFailure } from '../../engine/task/task-failure.ts';
import type { Clock } from '../../ports/clock.ts';
import type { Invocation } from '../../ports/task-invoker.ts';
import { pause } from '../../retry/pause.ts';
import type { JobState, PolledJob } from './polled-jobs.ts';

/** Options of {@link runJob}. */
export interface PollingOptions {
  readonly clock: Clock;
  /** Time between two polls, in milliseconds. */
  readonly intervalMs: number;
  /** Calls an action of the job's service. */
  readonly call: (action: string, parameters: JsonObject) => Promise<JsonObject>;
}

/** Consecutive failed polls before the Task fails: a job of hours survives a bad minute. */
const failuresMax = 10;

/**
 * Starts a job, polls its state until it has ended, and returns its result. The call stays open
 * meanwhile and holds no thread; a worker that takes over after a crash finds the same job again.
 * Throws `States.TaskFailed` with the service's description of the job.
 */
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
      (described) => job.readState(described),
      (error: unknown) => {
        failures += 1;
        if (failures >= failuresMax) throw error;
        return undefined;
      },
    );
    if (state === undefined) continue;
    failures = 0;
    if (hasEnded(state)) return state.result;
    heartbeat();
  }
  throw new TaskFailure(ErrorName.taskFailed, 'the wait for the job was aborted');
}

/** Whether the job has succeeded. Throws if it failed, or if the service does not know it. */
function hasEnded(state: JobState | null): state is JobState {
  if (state?.kind === 'succeeded') return true;
  if (state?.kind === 'running') return false;
  const cause = state === null ? 'the service does not know the job' : JSON.stringify(state.result);
  throw new TaskFailure(ErrorName.taskFailed, cause);
}
