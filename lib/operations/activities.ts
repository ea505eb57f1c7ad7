/** Work of activities as an app hands it to workers: AWS's `GetActivityTask`. */

import type { Json } from '../asl/json/json.ts';
import { MillraceError } from '../errors.ts';
import type { AppContext } from './app-context.ts';

/** How a worker asks for work. */
export interface ActivityRequest {
  /** Shown in the history; at most 80 characters. @default none */
  readonly workerName?: string;
  /** How long to wait for work, in milliseconds, up to 60,000. @default 60,000 */
  readonly waitMs?: number;
  /** Ends the waiting. @default nothing does */
  readonly signal?: AbortSignal;
}

/** Work to do, and the token by which it is answered. */
export interface ActivityWork {
  readonly taskToken: string;
  readonly input: Json;
}

const waitMsMax = 60_000;
const workerNameCharsMax = 80;

/**
 * The oldest work of `activity`; null when none came in time.
 * @param wakes whether tasks that are sent in this process reach a worker now
 * @throws UNKNOWN_ACTIVITY, INVALID_ARGUMENT
 */
export async function getActivityTask(
  { activities, app }: Pick<AppContext, 'activities' | 'app'>,
  activity: string,
  request: ActivityRequest,
  wakes: boolean,
): Promise<ActivityWork | null> {
  const { workerName, waitMs = waitMsMax, signal = new AbortController().signal } = request;
  if (!app.activities.has(activity)) {
    const known = [...app.activities].join(', ') || 'none';
    throw new MillraceError(
      'UNKNOWN_ACTIVITY',
      `no activity is named '${activity}'; known: ${known} (activities of the configuration)`,
    );
  }
  if (!(waitMs >= 0 && waitMs <= waitMsMax)) {
    throw invalid(`waitMs must be 0 to ${waitMsMax}; found ${waitMs}`);
  }
  if (workerName !== undefined && workerName.length > workerNameCharsMax) {
    throw invalid(`workerName must be at most ${workerNameCharsMax} characters`);
  }
  const poll = { activity, workerName: workerName ?? null, waitMs, wakes, signal };
  const task = await activities.take(poll);
  if (task === null) return null;
  return { taskToken: task.taskToken, input: JSON.parse(task.input) as Json };
}

function invalid(message: string): MillraceError {
  return new MillraceError('INVALID_ARGUMENT', message);
}
