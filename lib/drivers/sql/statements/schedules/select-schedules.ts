import { document } from '../../fragments/common-fragments.ts';
import type { Statement } from '../../sql-client.ts';

/** Lists all schedules by name. There are as many as batches with a schedule. */
export const selectSchedules: Statement = {
  name: 'select_schedules',
  text: `SELECT s.name AS "name", s.timing AS "timing",
  CAST(s.anchored_at AS float8) AS "anchoredAt", CAST(s.through_at AS float8) AS "throughAt",
  CAST(s.seen_at AS float8) AS "seenAt", s.fence AS "fence",
  CAST(s.last_due_at AS float8) AS "lastDueAt",
  CAST(s.waiting_due_at AS float8) AS "waitingDueAt",
  CAST(s.waiting_since AS float8) AS "waitingSince", s.waiting_tries AS "waitingTries",
  CAST(s.waiting_next_at AS float8) AS "waitingNextAt", s.waiting_reason AS "waitingReason",
  CAST(s.missed_due_at AS float8) AS "missedDueAt", CAST(s.missed_at AS float8) AS "missedAt",
  s.missed_reason AS "missedReason",
  CAST(s.paused_at AS float8) AS "pausedAt", s.paused_reason AS "pausedReason"
FROM millrace.schedules s WHERE ${document} IS NOT NULL
ORDER BY s.name`,
};
