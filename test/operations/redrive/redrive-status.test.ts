/** Whether an execution can be redriven through the API, with AWS's reasons. */
import { expect, it } from 'vitest';
import { findRedriveStatus } from '../../../lib/operations/redrive/redrive-status.ts';

const dayMs = 86_400_000;
const failed = {
  machineId: 'order',
  kind: 'STANDARD',
  status: 'FAILED',
  createdAt: 0,
  endedAt: 1,
  events: 10,
  now: 2,
} as const;

it('an execution that failed not long ago is redrivable, and others say why not', () => {
  const statusOf = (changes: Partial<Parameters<typeof findRedriveStatus>[0]>) => {
    const { status, reason } = findRedriveStatus({ ...failed, ...changes });
    return reason ?? status;
  };

  expect(statusOf({})).toBe('REDRIVABLE');
  expect(statusOf({ machineId: 'order/Map' })).toBe('REDRIVABLE_BY_MAP_RUN');
  expect(statusOf({ status: 'SUCCEEDED' })).toBe('Execution is SUCCEEDED and cannot be redriven');
  expect(statusOf({ status: 'PENDING', endedAt: null })).toBe(
    'Execution is RUNNING and cannot be redriven',
  );
  expect(statusOf({ kind: 'EXPRESS' })).toBe('Execution type is EXPRESS and cannot be redriven');
  expect(statusOf({ events: 24_999 })).toBe('REDRIVABLE');
  expect(statusOf({ events: 25_000 })).toBe('Execution history event limit exceeded');
  expect(statusOf({ now: 14 * dayMs + 2 })).toBe('Execution redrivable period exceeded');
  const late = { endedAt: 366 * dayMs, now: 367 * dayMs };
  expect(statusOf(late)).toBe('Execution has exceeded the max execution time');
});
