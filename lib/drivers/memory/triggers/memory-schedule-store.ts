import type {
  ScheduleChange,
  ScheduleEntry,
  SchedulePause,
  ScheduleRecord,
  ScheduleStore,
  SeenFile,
} from '../../../ports/store/schedule-store.ts';
import { toStorableText } from '../../shared/storable.ts';
import { type MemoryTables, sortedBy } from '../memory-tables.ts';

/** Schedules, and files that started batches, in memory. */
export function createMemoryScheduleStore(tables: MemoryTables): ScheduleStore {
  return {
    listScheduleRecords: async () =>
      sortedBy(tables.schedules.values(), ({ name }) => name).map((row) => ({ ...row })),
    enterSchedules: async (entries) => {
      for (const entry of entries) enter(tables, entry);
    },
    changeSchedule: async (change) => changeRow(tables, change),
    pauseSchedule: async (pause) => pauseRow(tables, pause),
    touchSeenFiles: async (files) => files.filter((file) => touch(tables, file)),
    recordSeenFile: async (file) => {
      tables.seenFiles.set(toKey(file), { ...file, seenAt: tables.now() });
    },
    pruneSeenFiles: async (retentionMs, limit) => prune(tables, retentionMs, limit),
  };
}

function enter({ schedules }: MemoryTables, { name, timing, at }: ScheduleEntry): void {
  const row = schedules.get(name);
  if (row?.timing === timing) return;
  const { pausedAt = null, pausedReason = null, fence = -1, lastDueAt = null } = row ?? {};
  const times = { anchoredAt: at, throughAt: at - 1, seenAt: at, waiting: null, missed: null };
  const entered = { name, timing, ...times, fence: fence + 1, lastDueAt, pausedAt, pausedReason };
  schedules.set(name, entered);
}

function changeRow({ schedules }: MemoryTables, { fence, ...change }: ScheduleChange): boolean {
  const row = schedules.get(change.name);
  if (row === undefined || row.fence !== fence) return false;
  const { waiting, missed } = change;
  const reason = waiting?.reason == null ? null : toStorableText(waiting.reason);
  schedules.set(change.name, {
    ...row,
    ...change,
    fence: fence + 1,
    waiting: waiting && { ...waiting, reason },
    missed: missed && { ...missed, reason: toStorableText(missed.reason) },
  });
  return true;
}

function pauseRow({ schedules }: MemoryTables, { name, at, paused, reason }: SchedulePause): void {
  const row = schedules.get(name) ?? newRow(name, at);
  schedules.set(name, {
    ...row,
    fence: row.fence + 1,
    throughAt: paused ? row.throughAt : Math.max(row.throughAt, at),
    waiting: paused ? null : row.waiting,
    missed: paused ? null : row.missed,
    pausedAt: paused ? at : null,
    pausedReason: paused && reason !== null ? toStorableText(reason) : null,
  });
}

/** A schedule that no leader has evaluated. */
function newRow(name: string, at: number): ScheduleRecord {
  const times = { anchoredAt: at, throughAt: at, seenAt: at, lastDueAt: null };
  return {
    name,
    timing: '',
    ...times,
    waiting: null,
    missed: null,
    fence: -1,
    pausedAt: null,
    pausedReason: null,
  };
}

function touch({ seenFiles, now }: MemoryTables, file: SeenFile): boolean {
  const row = seenFiles.get(toKey(file));
  if (row === undefined || row.version !== file.version) return false;
  seenFiles.set(toKey(file), { ...row, seenAt: now() });
  return true;
}

function prune({ seenFiles, now }: MemoryTables, retentionMs: number, limit: number): number {
  const old = [...seenFiles.values()].filter(({ seenAt }) => seenAt < now() - retentionMs);
  const gone = sortedBy(old, ({ seenAt }) => seenAt).slice(0, limit);
  for (const file of gone) seenFiles.delete(toKey(file));
  return gone.length;
}

function toKey({ batch, key }: SeenFile): string {
  return JSON.stringify([batch, key]);
}
