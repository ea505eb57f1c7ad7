import { findScheduledTime } from '../../batch/schedule/requested-batch-id.ts';
import { nextFireTime } from '../../batch/schedule/schedule-expression.ts';
import type { BatchConfig } from '../../config/config.ts';
import { messageOf } from '../../errors.ts';
import type { BatchRecord, BatchStatus } from '../../ports/store/batch-store.ts';
import type {
  MissedOccurrence,
  ScheduleRecord,
  WaitingOccurrence,
} from '../../ports/store/schedule-store.ts';
import type { EvaluatedSchedule } from '../../roles/scheduler.ts';
import type { AppContext } from '../app-context.ts';
import { evaluatedSchedule } from './evaluated-schedules.ts';

/** A batch that starts by a schedule or by an object. */
export interface ListedSchedule {
  readonly name: string;
  readonly machineId: string;
  /** Null for a batch that only objects start. */
  readonly schedule: string | null;
  /** The time zone of the schedule; null for UTC. */
  readonly timeZone: string | null;
  readonly onObject: boolean;
  /** Null without a schedule, and where EventBridge does not tell. */
  readonly paused: boolean | null;
  /** Why it is paused; null without a reason. */
  readonly pausedReason: string | null;
  /**
   * When it starts next. Null for a schedule that is paused or over, and for a rate until it has
   * started a batch: its times count from its beginning.
   */
  readonly nextAt: number | null;
  /** When the last occurrence that started was due; null when that is not recorded. */
  readonly lastDueAt: number | null;
  /** An occurrence that could not be started yet, because its file is late. */
  readonly waiting: WaitingOccurrence | null;
  /** An occurrence that did not start, and will not; null once one that is due later has. */
  readonly missed: MissedOccurrence | null;
  /** When a leader evaluated it last; null for never, and where EventBridge does. */
  readonly seenAt: number | null;
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
  /** leader: any process with that role, which also `millrace dev` has. */
  readonly evaluatedBy: 'eventbridge' | 'leader';
  readonly schedules: readonly ListedSchedule[];
}

/** What the schedules of an app are read from. */
export interface ScheduleDeps extends Pick<AppContext, 'store' | 'clock' | 'logger'> {
  readonly app: Pick<AppContext['app'], 'batches'>;
  readonly settings: Pick<AppContext['settings'], 'leaderSchedule'>;
  readonly serviceSchedules: AppContext['serviceSchedules'];
}

/** Lists the batches of the configuration that have a schedule or start by an object. */
export async function listSchedules(context: ScheduleDeps): Promise<ScheduleList> {
  const { app, store, settings } = context;
  const isService = settings.leaderSchedule !== null;
  const triggered = Object.entries(app.batches).filter(
    ([, { schedule, onObject }]) => schedule !== undefined || onObject !== undefined,
  );
  const records = new Map(
    (isService ? [] : await store.listScheduleRecords()).map((record) => [record.name, record]),
  );
  const schedules: ListedSchedule[] = [];
  for (const [name, batch] of triggered) {
    const { entries } = await store.listBatches({ name }, { limit: runsMax });
    const record = records.get(name) ?? null;
    const paused =
      batch.schedule === undefined
        ? null
        : isService
          ? await isPausedAtService(context, name)
          : (record?.pausedAt ?? null) !== null;
    schedules.push(describeSchedule(context, name, batch, { runs: entries, record, paused }));
  }
  return { evaluatedBy: isService ? 'eventbridge' : 'leader', schedules };
}

/** Number of batches of a name in which the last one that its schedule started is looked for. */
const runsMax = 20;

/** Who may not ask the service still sees the rest of the list. */
async function isPausedAtService(
  { serviceSchedules, logger }: ScheduleDeps,
  name: string,
): Promise<boolean | null> {
  if (serviceSchedules === null) return null;
  try {
    return !(await serviceSchedules.isEnabled(name));
  } catch (error) {
    const message = 'schedule not read: whether it is paused is not shown';
    logger.info(message, { batch: name, error: messageOf(error) });
    return null;
  }
}

/** What is known of a schedule. */
interface ScheduleFacts {
  readonly runs: readonly BatchRecord[];
  readonly record: ScheduleRecord | null;
  readonly paused: boolean | null;
}

function describeSchedule(
  { clock }: ScheduleDeps,
  name: string,
  batch: BatchConfig,
  facts: ScheduleFacts,
): ListedSchedule {
  const { machine, schedule = null, timeZone = null, onObject } = batch;
  const { runs, record, paused } = facts;
  const evaluated = evaluatedSchedule(name, batch);
  const isOn = evaluated !== null && paused !== true;
  return {
    name,
    machineId: machine,
    schedule,
    timeZone,
    onObject: onObject !== undefined,
    paused,
    pausedReason: record?.pausedReason ?? null,
    nextAt: isOn ? findNextTime(evaluated, clock.now(), facts) : null,
    lastDueAt: record?.lastDueAt ?? null,
    waiting: record?.waiting ?? null,
    missed: record?.missed ?? null,
    seenAt: record === null || record.timing === '' ? null : record.seenAt,
    last: toRun(runs[0]),
  };
}

function findNextTime(
  schedule: EvaluatedSchedule,
  now: number,
  { runs, record }: ScheduleFacts,
): number | null {
  const isKnown = record !== null && record.timing === schedule.timing;
  const anchoredAt = isKnown ? record.anchoredAt : findRateTime(runs);
  const startMs = schedule.expression.kind === 'rate' ? anchoredAt : now;
  return startMs === null ? null : (nextFireTime({ ...schedule, startMs }, now) ?? null);
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
