/** How long each queue waits for its workers. */
import { clock, now } from '../../fragments/fragments.ts';
import { oldestSent } from '../../queue-names.ts';
import type { Statement } from '../../sql-client.ts';

/** The first entry of each queue in the index of what was sent. */
export const oldestRunnable: Statement = {
  name: 'oldest_runnable',
  text: `WITH RECURSIVE ${clock},
${oldestSent}
SELECT queue AS "queue", CAST(${now} - sent_at AS float8) AS "oldestMs"
FROM sent WHERE sent_at <= ${now} ORDER BY queue`,
};
