import { findScheduledTime } from '../../batch/schedule/requested-batch-id.ts';
import { nextFireTime, parseScheduleExpression } from '../../batch/schedule/schedule-expression.ts';
import { isTimeZone } from '../../batch/schedule/time-zone.ts';
import type { BatchConfig } from '../../config/config.ts';
import type { BatchRecord, BatchStatus } from '../../ports/store/batch-store.ts';
import type { AppContext } from '../app-context.ts';

/** A batch that starts by a schedule or by an object. */
export interface ListedSchedule {
  readonly name: string;
  readonly machineId: string;
  /** Null for a batch that only objects start. */
  readonly schedule: string | null;
  /** The time zone of the schedule; null for UTC. */
  readonly timeZone: string | null;
  readonly onObject: boolean;
  /**
   * When it starts next. Null for a schedule that is over, and for a rate until it has started a
   * batch: its times count from when it was deployed, which only its batches tell.
   */
  readonly nextAt: number | null;
  readonly last: ScheduledRun | null;
}

/** The newest batch of a name, however it was started. */
export interface ScheduledRun {
  readonly batchId: string;
  readonly status: BatchStatus;
  readonly createdAt: number;
  readonly endedAt: number | null;
}

/** The schedules of an app, and what starts its batches by them. */
export interface ScheduleList {
  /** none: nothing here does; a cron job has to. */
  readonly evaluatedBy: 'eventbridge' | 'none';
  readonly schedules: readonly ListedSchedule[];
}

/** What the schedules of an app are read from. */
export interface ScheduleDeps extends Pick<AppContext, 'store' | 'clock'> {
  readonly app: Pick<AppContext['app'], 'batches'>;
  readonly settings: Pick<AppContext['settings'], 'leaderSchedule'>;
}

/** Lists the batches of the configuration that have a schedule or start by an object. */
export async function listSchedules({
  app,
  store,
  settings,
  clock,
}: ScheduleDeps): Promise<ScheduleList> {
  const triggered = Object.entries(app.batches).filter(
    ([, { schedule, onObject }]) => schedule !== undefined || onObject !== undefined,
  );
  const schedules: ListedSchedule[] = [];
  for (const [name, batch] of triggered) {
    const { entries } = await store.listBatches({ name }, { limit: runsMax });
    schedules.push(describeSchedule(name, batch, clock.now(), entries));
  }
  return { evaluatedBy: settings.leaderSchedule === null ? 'none' : 'eventbridge', schedules };
}

/** Number of batches of a name in which the last one that its schedule started is looked for. */
const runsMax = 20;

function describeSchedule(
  name: string,
  batch: BatchConfig,
  now: number,
  runs: readonly BatchRecord[],
): ListedSchedule {
  const { machine, schedule = null, timeZone = null, onObject } = batch;
  return {
    name,
    machineId: machine,
    schedule,
    timeZone,
    onObject: onObject !== undefined,
    nextAt: schedule === null ? null : findNextTime(schedule, timeZone ?? 'UTC', now, runs),
    last: toRun(runs[0]),
  };
}

function findNextTime(
  schedule: string,
  timeZone: string,
  now: number,
  runs: readonly BatchRecord[],
): number | null {
  const expression = parseScheduleExpression(schedule);
  if (expression === undefined || !isTimeZone(timeZone)) return null;
  const startMs = expression.kind === 'rate' ? findRateTime(runs) : now;
  if (startMs === null) return null;
  return nextFireTime({ expression, timeZone, startMs }, now) ?? null;
}

/** Returns a time at which a rate was due: the times after it are whole intervals away. */
function findRateTime(runs: readonly BatchRecord[]): number | null {
  for (const run of runs) {
    const at = findScheduledTime(run);
    if (at !== null) return at;
  }
  return null;
}

function toRun(batch: BatchRecord | undefined): ScheduledRun | null {
  if (batch === undefined) return null;
  const { id, status, createdAt, endedAt } = batch;
  return { batchId: id, status, createdAt, endedAt };
}
