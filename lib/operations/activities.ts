/** Activities: their backlog, and their work handed to external workers (AWS's GetActivityTask). */

import type { Json } from '../asl/json/json.ts';
import { parseJson } from '../asl/json/parse-json.ts';
import { listKnown } from '../asl/known-names.ts';
import { MillraceError } from '../errors.ts';
import type { ActivityBacklog } from '../ports/store/activity-store.ts';
import type { AppContext } from './app-context.ts';

/** Options of a poll for work. */
export interface ActivityRequest {
  /** Shown in the execution's history. Maximum 80 characters. @default none */
  readonly workerName?: string;
  /** Time to wait for work, in milliseconds. Maximum 60,000. @default 60,000 */
  readonly waitMs?: number;
  /** Ends the wait. @default never */
  readonly signal?: AbortSignal;
}

/** A piece of work, and the task token that answers it. */
export interface ActivityWork {
  readonly taskToken: string;
  /** A number that a double does not hold is an `ExactNumber`. */
  readonly input: Json;
}

const waitMsMax = 60_000;
const workerNameCharsMax = 80;

/** Lists the activities that have work waiting, by name. */
export function listActivities({ store }: Pick<AppContext, 'store'>): Promise<ActivityBacklog[]> {
  return store.listActivities();
}

/**
 * Takes the oldest work of `activity`; null when none came in time.
 * @param reachesWorkers whether tasks sent from this process reach a worker now
 * @throws UNKNOWN_ACTIVITY, INVALID_ARGUMENT
 */
export async function pollActivity(
  { activities, app, store }: Pick<AppContext, 'activities' | 'app' | 'store'>,
  activity: string,
  request: ActivityRequest,
  reachesWorkers: boolean,
): Promise<ActivityWork | null> {
  const { workerName, waitMs = waitMsMax, signal = new AbortController().signal } = request;
  if (!app.activities.has(activity) && (await store.getActivity(activity)) === null) {
    const known = listKnown(activity, app.activities);
    throw new MillraceError(
      'UNKNOWN_ACTIVITY',
      `no activity is named '${activity}'; ${known} (activities of the configuration)`,
    );
  }
  if (!(waitMs >= 0 && waitMs <= waitMsMax)) {
    throw invalid(`waitMs must be 0 to ${waitMsMax}; found ${waitMs}`);
  }
  if (workerName !== undefined && workerName.length > workerNameCharsMax) {
    throw invalid(`workerName must be at most ${workerNameCharsMax} characters`);
  }
  const poll = {
    activity,
    workerName: workerName ?? null,
    waitMs,
    wakeupSent: reachesWorkers,
    signal,
  };
  const task = await activities.take(poll);
  if (task === null) return null;
  return { taskToken: task.taskToken, input: parseJson(task.input) };
}

function invalid(message: string): MillraceError {
  return new MillraceError('INVALID_ARGUMENT', message);
}
