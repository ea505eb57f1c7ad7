/** Pauses, resumes and starts the schedules of batches. */
import { listKnown } from '../../asl/known-names.ts';
import { toScheduledId } from '../../batch/schedule/requested-batch-id.ts';
import { nextFireTime } from '../../batch/schedule/schedule-expression.ts';
import { MillraceError } from '../../errors.ts';
import type { EvaluatedSchedule } from '../../roles/scheduler.ts';
import type { AppContext } from '../app-context.ts';
import { type BatchStart, startConfiguredBatch } from '../batches.ts';
import { evaluatedSchedule } from './evaluated-schedules.ts';

/** A schedule after a change. */
export interface ChangedSchedule {
  /** The name of the batch. */
  readonly name: string;
  readonly paused: boolean;
}

/** What changes of schedules need. */
export type ScheduleChangeDeps = Pick<AppContext, 'app' | 'clock' | 'serviceSchedules' | 'store'>;

/**
 * Stops a schedule from starting its batch until it is resumed; what runs continues. A deployment's
 * schedule is disabled at EventBridge Scheduler.
 * @throws UNKNOWN_BATCH, or CONFLICT for a batch without a schedule
 */
export function pauseSchedule(
  context: ScheduleChangeDeps,
  name: string,
  reason: string | null = null,
): Promise<ChangedSchedule> {
  return setPaused(context, name, true, reason);
}

/**
 * Lets a schedule start its batch again, from its next time on: what was due meanwhile is skipped.
 * @throws UNKNOWN_BATCH, or CONFLICT for a batch without a schedule
 */
export function resumeSchedule(
  context: ScheduleChangeDeps,
  name: string,
): Promise<ChangedSchedule> {
  return setPaused(context, name, false, null);
}

async function setPaused(
  context: ScheduleChangeDeps,
  name: string,
  paused: boolean,
  reason: string | null,
): Promise<ChangedSchedule> {
  requireSchedule(context, name);
  const { serviceSchedules, store, clock } = context;
  if (serviceSchedules !== null) await serviceSchedules.setEnabled(name, !paused);
  else await store.pauseSchedule({ name, at: clock.now(), paused, reason });
  return { name, paused };
}

/**
 * Starts the batch of a schedule now, or for one of its times: with that time's date, and once.
 * @param at the time, in milliseconds since 1970. @default now: another batch each time
 * @throws UNKNOWN_BATCH, CONFLICT for a batch without a schedule, INVALID_ARGUMENT for a time at
 * which the schedule is not due, and what starting a batch throws
 */
export async function startSchedule(
  context: AppContext,
  name: string,
  at?: number,
): Promise<BatchStart> {
  const schedule = requireSchedule(context, name);
  if (at === undefined) {
    return await startConfiguredBatch(context, name, { at: context.clock.now() });
  }
  requireDue(schedule, at);
  const id = toScheduledId(at);
  return await startConfiguredBatch(context, name, { id, at }, { answersAny: true });
}

function requireSchedule({ app }: Pick<AppContext, 'app'>, name: string): EvaluatedSchedule {
  const batch = Object.hasOwn(app.batches, name) ? app.batches[name] : undefined;
  if (batch === undefined) {
    const known = listKnown(name, Object.keys(app.batches));
    throw new MillraceError('UNKNOWN_BATCH', `no batch is named '${name}'; ${known}`);
  }
  const schedule = evaluatedSchedule(name, batch);
  if (schedule !== null) return schedule;
  throw new MillraceError(
    'CONFLICT',
    `the batch '${name}' has no schedule in the configuration: start it with 'batch start'`,
  );
}

/** Where a rate begins is only known to what evaluates it. */
function requireDue(schedule: EvaluatedSchedule, at: number): void {
  if (schedule.expression.kind === 'rate') return;
  const next = nextFireTime({ ...schedule, startMs: 0 }, at - 1);
  if (next === at) return;
  const found = new Date(at).toISOString();
  const hint = next === undefined ? 'it has no later time' : `its next time is ${toIso(next)}`;
  throw new MillraceError(
    'INVALID_ARGUMENT',
    `at: the schedule of '${schedule.name}' is not due at ${found}; ${hint}`,
  );
}

function toIso(at: number): string {
  return new Date(at).toISOString();
}
