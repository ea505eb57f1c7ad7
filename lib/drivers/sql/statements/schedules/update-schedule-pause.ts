import { field } from '../../fragments/common-fragments.ts';
import type { Statement } from '../../sql-client.ts';

const at = field('at', 'bigint');
const paused = field('paused', 'boolean');
/** Keeps a column of an occurrence, unless the schedule is paused. */
const kept = (column: string) => `${column} = CASE WHEN ${paused} THEN NULL ELSE s.${column} END`;

/** Pauses or resumes a schedule; one that is not recorded yet is. */
export const updateSchedulePause: Statement = {
  name: 'update_schedule_pause',
  text: `INSERT INTO millrace.schedules AS s
  (name, timing, anchored_at, through_at, seen_at, fence, paused_at, paused_reason)
VALUES (${field('name')}, '', ${at}, ${at}, ${at}, 0, CASE WHEN ${paused} THEN ${at} END,
  CASE WHEN ${paused} THEN ${field('reason')} END)
ON CONFLICT (name) DO UPDATE SET fence = s.fence + 1,
  through_at = CASE WHEN ${paused} THEN s.through_at ELSE greatest(s.through_at, ${at}) END,
  ${kept('waiting_due_at')}, ${kept('waiting_since')}, ${kept('waiting_tries')},
  ${kept('waiting_next_at')}, ${kept('waiting_reason')},
  ${kept('missed_due_at')}, ${kept('missed_at')}, ${kept('missed_reason')},
  paused_at = excluded.paused_at, paused_reason = excluded.paused_reason
RETURNING 1 AS "n"`,
};
