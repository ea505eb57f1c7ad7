/** Which schedules the page shows as unattended. */
import { expect, it } from 'vitest';
import {
  findUnattended,
  type Schedule,
} from '../../../../dashboard/src/screens/schedules/schedule-model.ts';

const now = 1_000_000;
const base: Schedule = {
  name: 'nightly',
  machineId: 'm',
  schedule: 'cron(0 2 * * ? *)',
  timeZone: null,
  onObject: false,
  paused: false,
  pausedReason: null,
  nextAt: null,
  lastDueAt: null,
  waiting: null,
  missed: null,
  seenAt: now,
  last: null,
};

it('a schedule is unattended when no leader has evaluated it lately, unless it is paused', () => {
  const schedules = [
    { ...base, name: 'fresh', seenAt: now - 179_000 },
    { ...base, name: 'old', seenAt: now - 180_000 },
    { ...base, name: 'never', seenAt: null },
    { ...base, name: 'paused', seenAt: null, paused: true },
    { ...base, name: 'objects', seenAt: null, schedule: null, paused: null },
  ];

  expect(findUnattended(schedules, now)).toEqual(['old', 'never']);
});
