/** Schedules of batches, and files that started batches. */
import { expect } from 'vitest';
import type {
  ScheduleChange,
  ScheduleRecord,
  ScheduleStore,
} from '../../../lib/ports/store/schedule-store.ts';
import type { Clause } from './store-harness.ts';

const entered = { name: 'nightly', timing: 'cron(0 2 * * ? *) UTC', at: 1_000 };

const recorded: ScheduleRecord = {
  name: 'nightly',
  timing: entered.timing,
  anchoredAt: 1_000,
  throughAt: 999,
  seenAt: 1_000,
  fence: 0,
  lastDueAt: null,
  waiting: null,
  missed: null,
  pausedAt: null,
  pausedReason: null,
};

const waiting = { dueAt: 2_000, since: 2_100, tries: 1, nextTryAt: 9_000, reason: 'no \0 file' };

const missed = { dueAt: 900, at: 950, reason: 'no \0 leader' };

const change: ScheduleChange = {
  name: 'nightly',
  fence: 0,
  throughAt: 2_000,
  seenAt: 2_100,
  lastDueAt: null,
  waiting,
  missed,
};

/** Defines the clauses about schedules and files. */
export function scheduleClauses(clause: Clause): void {
  clause('a schedule is entered once, and again with another timing', async ({ store }) => {
    await store.enterSchedules([entered, { ...entered, name: 'hourly' }]);
    await store.enterSchedules([{ ...entered, at: 5_000 }]);
    const once = await store.listScheduleRecords();
    await store.changeSchedule({ ...change, lastDueAt: 2_000 });
    await store.enterSchedules([{ ...entered, timing: 'rate(1 day) UTC', at: 6_000 }]);

    expect(once).toEqual([{ ...recorded, name: 'hourly' }, recorded]);
    expect((await store.listScheduleRecords())[1]).toEqual({
      ...recorded,
      timing: 'rate(1 day) UTC',
      anchoredAt: 6_000,
      throughAt: 5_999,
      seenAt: 6_000,
      fence: 2,
      lastDueAt: 2_000,
    });
  });

  clause('a schedule is changed by the leader that has its fence', async ({ store }) => {
    await store.enterSchedules([entered]);

    expect(await store.changeSchedule(change)).toBe(true);
    expect(await store.changeSchedule(change)).toBe(false);
    expect(await store.changeSchedule({ ...change, name: 'unknown' })).toBe(false);

    const changed = { throughAt: 2_000, seenAt: 2_100, fence: 1 };
    const shown = { ...waiting, reason: 'no \uFFFD file' };
    const kept = { ...missed, reason: 'no \uFFFD leader' };
    expect(await only(store)).toEqual({ ...recorded, ...changed, waiting: shown, missed: kept });
  });

  clause(
    'a pause drops what waits and was missed, and the fence of the leader',
    async ({ store }) => {
      await store.enterSchedules([entered]);
      await store.changeSchedule(change);
      await store.pauseSchedule({ name: 'nightly', at: 3_000, paused: true, reason: 'a\0move' });

      expect(await only(store)).toMatchObject({
        waiting: null,
        missed: null,
        throughAt: 2_000,
        pausedAt: 3_000,
        pausedReason: 'a\uFFFDmove',
      });
      expect(await store.changeSchedule({ ...change, fence: 1 })).toBe(false);
    },
  );

  clause('a resumed schedule skips what was due while it was paused', async ({ store }) => {
    await store.enterSchedules([entered]);
    await store.pauseSchedule({ name: 'nightly', at: 3_000, paused: true, reason: null });
    await store.enterSchedules([{ ...entered, timing: 'rate(1 day) UTC', at: 4_000 }]);
    const paused = await only(store);
    await store.pauseSchedule({ name: 'nightly', at: 8_000, paused: false, reason: null });

    expect(paused).toMatchObject({ pausedAt: 3_000, timing: 'rate(1 day) UTC' });
    expect(await only(store)).toMatchObject({ pausedAt: null, throughAt: 8_000, fence: 3 });
  });

  clause('a schedule that no leader knows can be paused', async ({ store }) => {
    await store.pauseSchedule({ name: 'nightly', at: 3_000, paused: true, reason: 'later' });
    const before = await only(store);
    await store.enterSchedules([entered]);

    expect(before).toMatchObject({ timing: '', pausedAt: 3_000, pausedReason: 'later', fence: 0 });
    expect(await only(store)).toMatchObject({ timing: entered.timing, pausedAt: 3_000 });
  });

  clause('a file is recorded in its newest version, for each batch', async ({ store }) => {
    const file = { batch: 'orders', key: 'in/a.csv', version: '1' };
    const others = [
      { ...file, version: '2' },
      { ...file, batch: 'bills' },
    ];

    expect(await store.touchSeenFiles([])).toEqual([]);
    await store.recordSeenFile(file);

    expect(await store.touchSeenFiles([file, ...others])).toEqual([file]);
    await store.recordSeenFile({ ...file, version: '2' });
    expect(await store.touchSeenFiles([file, ...others])).toEqual([{ ...file, version: '2' }]);
  });

  clause('a file is forgotten when no leader has seen it for long', async ({ store, clock }) => {
    const [kept, gone] = ['a.csv', 'b.csv'].map((key) => ({ batch: 'orders', key, version: '1' }));
    if (kept === undefined || gone === undefined) throw new Error('two files');
    await store.recordSeenFile(kept);
    await store.recordSeenFile(gone);
    await clock.advance(10_000);
    await store.touchSeenFiles([kept]);

    expect(await store.pruneSeenFiles(10_000, 5)).toBe(0);
    await clock.advance(1);
    expect(await store.pruneSeenFiles(10_000, 5)).toBe(1);
    expect(await store.touchSeenFiles([kept, gone])).toEqual([kept]);
  });
}

async function only(store: ScheduleStore): Promise<ScheduleRecord | undefined> {
  const [record, ...more] = await store.listScheduleRecords();
  expect(more).toEqual([]);
  return record;
}
