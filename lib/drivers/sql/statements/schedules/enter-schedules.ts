import { document } from '../../fragments/common-fragments.ts';
import type { Statement } from '../../sql-client.ts';

/**
 * Records schedules that are new or have another timing, as if nothing had been due before. What is
 * due at this very moment counts: a rate begins at once.
 */
export const enterSchedules: Statement = {
  name: 'enter_schedules',
  text: `INSERT INTO millrace.schedules AS s
  (name, timing, anchored_at, through_at, seen_at, fence)
SELECT t.name, t.timing, t.at, t.at - 1, t.at, 0
FROM json_to_recordset(${document}->'entries') AS t (name text, timing text, at bigint)
ORDER BY t.name
ON CONFLICT (name) DO UPDATE SET timing = excluded.timing, anchored_at = excluded.anchored_at,
  through_at = excluded.through_at, seen_at = excluded.seen_at, fence = s.fence + 1,
  waiting_due_at = NULL, waiting_since = NULL, waiting_tries = NULL, waiting_next_at = NULL,
  waiting_reason = NULL, missed_due_at = NULL, missed_at = NULL, missed_reason = NULL
WHERE s.timing <> excluded.timing
RETURNING 1 AS "n"`,
};
