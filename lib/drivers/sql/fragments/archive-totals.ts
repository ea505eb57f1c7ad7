/**
 * Updates the totals of the archive in the statement that changes its entries, so that they equal
 * them at any time. Each total has up to 16 rows, one per few connections: their sum counts.
 */

const shard = 'pg_backend_pid() % 16';

/**
 * A common table expression `totals_moved` that adds the column `moved` of `source (error,
 * machine_id, queue, moved)` to the totals, in their order, so that two such statements never
 * deadlock.
 */
export function moveArchiveTotals(source: string): string {
  return `totals_moved AS (
  INSERT INTO millrace.archive_totals AS t (queue, machine_id, error, shard, count)
  SELECT m.queue, m.machine_id, m.error, ${shard}, sum(m.moved) FROM (${source}) m
  GROUP BY m.error, m.machine_id, m.queue HAVING sum(m.moved) <> 0
  ORDER BY m.error, m.machine_id, m.queue
  ON CONFLICT (error, machine_id, queue, shard) DO UPDATE SET count = t.count + excluded.count
)`;
}

/** As {@link moveArchiveTotals}, for entries that are added (1) or removed (-1). */
export function addToArchiveTotals(entries: string, sign: 1 | -1): string {
  return moveArchiveTotals(`SELECT error, machine_id, queue, ${sign} AS moved FROM ${entries}`);
}

/**
 * Common table expressions that delete the rows of totals that have become 0. Rows that another
 * statement holds are left out: what is deleted adds up to 0 in any case.
 */
export const deleteEmptyTotals = `totals_locked AS MATERIALIZED (
  SELECT t.queue, t.machine_id, t.error, t.shard, t.count FROM millrace.archive_totals t
  WHERE EXISTS (SELECT 1 FROM millrace.archive_totals n
    WHERE n.error IS NOT DISTINCT FROM t.error AND n.machine_id IS NOT DISTINCT FROM t.machine_id
      AND n.queue = t.queue AND n.count <= 0)
  LIMIT 1000 FOR UPDATE SKIP LOCKED
),
totals_deleted AS (
  DELETE FROM millrace.archive_totals t USING (
    SELECT l.*, sum(l.count) OVER (PARTITION BY l.error, l.machine_id, l.queue) AS total
    FROM totals_locked l
  ) l
  WHERE l.total = 0 AND t.error IS NOT DISTINCT FROM l.error
    AND t.machine_id IS NOT DISTINCT FROM l.machine_id AND t.queue = l.queue AND t.shard = l.shard
)`;
