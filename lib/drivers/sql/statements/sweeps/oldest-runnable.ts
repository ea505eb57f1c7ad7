import { clock, now } from '../../fragments/common-fragments.ts';
import { oldestSent } from '../../fragments/queue-names.ts';
import { type Statement, scanTimeoutFactor } from '../../sql-client.ts';

/**
 * Reads how long each queue has waited for its workers: the first entry of each queue in the index
 * over sent tasks.
 */
export const oldestRunnable: Statement = {
  name: 'oldest_runnable',
  timeoutFactor: scanTimeoutFactor,
  text: `WITH RECURSIVE ${clock},
${oldestSent}
SELECT queue AS "queue", CAST(${now} - sent_at AS float8) AS "oldestMs"
FROM sent WHERE sent_at <= ${now} ORDER BY queue`,
};
