import type {
  ScheduleChange,
  ScheduleRecord,
  ScheduleStore,
  SeenFile,
} from '../../../ports/store/schedule-store.ts';
import { toStorableText } from '../../shared/storable.ts';
import type { SqlSession } from '../sql-session.ts';
import { changeSchedule } from '../statements/schedules/change-schedule.ts';
import { enterSchedules } from '../statements/schedules/enter-schedules.ts';
import { pruneSeenFiles } from '../statements/schedules/prune-seen-files.ts';
import { recordSeenFile } from '../statements/schedules/record-seen-file.ts';
import { selectSchedules } from '../statements/schedules/select-schedules.ts';
import { touchSeenFiles } from '../statements/schedules/touch-seen-files.ts';
import { updateSchedulePause } from '../statements/schedules/update-schedule-pause.ts';

/** Schedules, and files that started batches, in SQL. */
export function createSqlScheduleStore(session: SqlSession): ScheduleStore {
  return {
    listScheduleRecords: async () =>
      (await session.call<ScheduleRow>(selectSchedules, {})).map(toRecord),
    enterSchedules: async (entries) => void (await session.call(enterSchedules, { entries })),
    changeSchedule: async (change) =>
      (await session.call(changeSchedule, toDocument(change))).length > 0,
    pauseSchedule: async (pause) =>
      void (await session.call(updateSchedulePause, { ...pause, reason: toText(pause.reason) })),
    touchSeenFiles: (files) =>
      files.length === 0 ? Promise.resolve([]) : session.call<SeenFile>(touchSeenFiles, { files }),
    recordSeenFile: async (file) => void (await session.call(recordSeenFile, { ...file })),
    pruneSeenFiles: async (retentionMs, limit) =>
      (await session.call(pruneSeenFiles, { retentionMs, limit })).length,
  };
}

/** A schedule as its row has it: an occurrence is several columns, all null without one. */
interface ScheduleRow extends Omit<ScheduleRecord, 'waiting' | 'missed'> {
  readonly waitingDueAt: number | null;
  readonly waitingSince: number | null;
  readonly waitingTries: number | null;
  readonly waitingNextAt: number | null;
  readonly waitingReason: string | null;
  readonly missedDueAt: number | null;
  readonly missedAt: number | null;
  readonly missedReason: string | null;
}

function toRecord(row: ScheduleRow): ScheduleRecord {
  const { waitingDueAt, waitingSince, waitingTries, waitingNextAt, waitingReason, ...others } = row;
  const { missedDueAt, missedAt, missedReason, ...rest } = others;
  const waiting =
    waitingDueAt === null
      ? null
      : {
          dueAt: waitingDueAt,
          since: waitingSince ?? waitingDueAt,
          tries: waitingTries ?? 0,
          nextTryAt: waitingNextAt ?? waitingDueAt,
          reason: waitingReason,
        };
  const missed =
    missedDueAt === null
      ? null
      : { dueAt: missedDueAt, at: missedAt ?? missedDueAt, reason: missedReason ?? '' };
  return { ...rest, waiting, missed };
}

function toDocument({ waiting, missed, ...change }: ScheduleChange) {
  return {
    ...change,
    waitingDueAt: waiting?.dueAt ?? null,
    waitingSince: waiting?.since ?? null,
    waitingTries: waiting?.tries ?? null,
    waitingNextAt: waiting?.nextTryAt ?? null,
    waitingReason: toText(waiting?.reason ?? null),
    missedDueAt: missed?.dueAt ?? null,
    missedAt: missed?.at ?? null,
    missedReason: toText(missed?.reason ?? null),
  };
}

function toText(text: string | null): string | null {
  return text === null ? null : toStorableText(text);
}
