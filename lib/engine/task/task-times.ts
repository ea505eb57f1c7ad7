/** How reports about an open command move its time limits. Pure. */
import type { TaskDoing } from '../snapshot.ts';

/** A report that moves time limits, and runs no state. */
type TimeReport = 'held' | 'permitted' | 'heartbeat';

/** Whether the report moves a time limit of the task. */
export function changesTimes(report: TimeReport, doing: TaskDoing): boolean {
  const { timeoutAt, heartbeatAt, heartbeatMs, held } = doing;
  switch (report) {
    case 'held':
      return held === undefined && (timeoutAt !== undefined || heartbeatAt !== undefined);
    case 'permitted':
      return held !== undefined;
    case 'heartbeat':
      return held === undefined && heartbeatMs !== undefined;
  }
}

/**
 * Returns the task with its time limits moved; null for another report. The limits of a call stop
 * while it waits for a permit: its timeout continues with what was left, and its heartbeats are due
 * from its beginning.
 */
export function changeTimes(doing: TaskDoing, report: string, at: number): TaskDoing | null {
  const { timeoutAt, heartbeatAt: _heartbeatAt, held, ...rest } = doing;
  const { heartbeatMs } = doing;
  switch (report) {
    case 'held':
      return {
        ...rest,
        held: timeoutAt === undefined ? {} : { timeoutMs: Math.max(0, timeoutAt - at) },
      };
    case 'permitted':
      return {
        ...rest,
        ...(held?.timeoutMs !== undefined && { timeoutAt: at + held.timeoutMs }),
        ...(heartbeatMs !== undefined && { heartbeatAt: at + heartbeatMs }),
      };
    case 'heartbeat':
      return heartbeatMs === undefined ? doing : { ...doing, heartbeatAt: at + heartbeatMs };
    default:
      return null;
  }
}
