import { field } from '../../fragments/common-fragments.ts';
import type { Statement } from '../../sql-client.ts';

/** Changes a schedule under its fence. Returns a row when it was changed. */
export const changeSchedule: Statement = {
  name: 'change_schedule',
  text: `UPDATE millrace.schedules SET fence = fence + 1,
  through_at = ${field('throughAt', 'bigint')}, seen_at = ${field('seenAt', 'bigint')},
  last_due_at = ${field('lastDueAt', 'bigint')},
  waiting_due_at = ${field('waitingDueAt', 'bigint')},
  waiting_since = ${field('waitingSince', 'bigint')},
  waiting_tries = ${field('waitingTries', 'integer')},
  waiting_next_at = ${field('waitingNextAt', 'bigint')},
  waiting_reason = ${field('waitingReason')},
  missed_due_at = ${field('missedDueAt', 'bigint')}, missed_at = ${field('missedAt', 'bigint')},
  missed_reason = ${field('missedReason')}
WHERE name = ${field('name')} AND fence = ${field('fence', 'integer')}
RETURNING 1 AS "n"`,
};
