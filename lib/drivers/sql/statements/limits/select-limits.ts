import { clock, field, now } from '../../fragments/common-fragments.ts';
import { type Statement, scanTimeoutFactor } from '../../sql-client.ts';

/**
 * Counts the permits in use and the holders that wait, by limit, and by key for the keys with most.
 * It reads at most `cap` rows of each table, so that a long line costs no more than a short one. A
 * row with a null key is that of the whole limit.
 */
export const selectLimits: Statement = {
  name: 'select_limits',
  timeoutFactor: scanTimeoutFactor,
  text: `WITH ${clock},
used AS (
  SELECT p.scope, p.rule, p.key, count(*) AS in_use, 0 AS waiting, CAST(NULL AS bigint) AS since
  FROM (SELECT scope, rule, key FROM millrace.permits LIMIT ${field('cap', 'integer')}) p
  GROUP BY p.scope, p.rule, p.key
  UNION ALL
  SELECT w.scope, w.rule, w.key, 0, count(*), min(w.since)
  FROM (SELECT scope, rule, key, since FROM millrace.permit_waits WHERE granted_at IS NULL
    LIMIT ${field('cap', 'integer')}) w
  GROUP BY w.scope, w.rule, w.key
),
keyed AS (
  SELECT u.scope, u.rule, u.key, sum(u.in_use) AS in_use, sum(u.waiting) AS waiting,
    min(u.since) AS since
  FROM used u GROUP BY u.scope, u.rule, u.key
),
ranked AS (
  SELECT k.*, row_number() OVER (PARTITION BY k.scope, k.rule
    ORDER BY k.waiting DESC, k.in_use DESC, k.key COLLATE "C") AS rank
  FROM keyed k
)
SELECT k.scope AS "scope", k.rule AS "rule", CAST(NULL AS text) AS "key",
  CAST(sum(k.in_use) AS float8) AS "inUse", CAST(sum(k.waiting) AS float8) AS "waiting",
  CAST(greatest(0, ${now} - min(k.since)) AS float8) AS "oldestMs", 0 AS "rank"
FROM keyed k GROUP BY k.scope, k.rule
UNION ALL
SELECT r.scope, r.rule, r.key, CAST(r.in_use AS float8), CAST(r.waiting AS float8),
  CAST(NULL AS float8), CAST(r.rank AS integer)
FROM ranked r WHERE r.rank <= ${field('top', 'integer')}
ORDER BY 1, 2, 7`,
};
