import { nextFireTime, parseScheduleExpression } from '../../batch/schedule/schedule-expression.ts';
import { isTimeZone } from '../../batch/schedule/time-zone.ts';
import type { BatchConfig } from '../../config/config.ts';
import type { BatchStatus } from '../../ports/store/batch-store.ts';
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
   * The next time of a cron schedule; null for others: the times of a rate depend on when it was
   * deployed.
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
    schedules.push(describeSchedule(name, batch, clock.now(), await findLastRun(store, name)));
  }
  return { evaluatedBy: settings.leaderSchedule === null ? 'none' : 'eventbridge', schedules };
}

function describeSchedule(
  name: string,
  batch: BatchConfig,
  now: number,
  last: ScheduledRun | null,
): ListedSchedule {
  const { machine, schedule = null, timeZone = null, onObject } = batch;
  return {
    name,
    machineId: machine,
    schedule,
    timeZone,
    onObject: onObject !== undefined,
    nextAt: schedule === null ? null : findNextTime(schedule, timeZone ?? 'UTC', now),
    last,
  };
}

function findNextTime(schedule: string, timeZone: string, now: number): number | null {
  const expression = parseScheduleExpression(schedule);
  if (expression?.kind !== 'cron' || !isTimeZone(timeZone)) return null;
  return nextFireTime({ expression, timeZone, startMs: now }, now) ?? null;
}

async function findLastRun(store: AppContext['store'], name: string): Promise<ScheduledRun | null> {
  const { entries } = await store.listBatches({ name }, { limit: 1 });
  const [batch] = entries;
  if (batch === undefined) return null;
  const { id, status, createdAt, endedAt } = batch;
  return { batchId: id, status, createdAt, endedAt };
}
