import { field } from '../../fragments/common-fragments.ts';
import type { Statement } from '../../sql-client.ts';

const cap = field('cap', 'integer');

/** Reads the machines of at most `cap` executions, by the index that has the condition. */
function openWhere(condition: string): string {
  return `(SELECT machine_id, machine_version FROM millrace.executions WHERE ${condition} LIMIT ${cap})`;
}

/**
 * Reads the newest versions of a machine, and how many open executions each has. No index begins
 * with the machine, so open executions of all machines are read, at most `cap` in each of the four
 * places where one can be; where there are as many or more, nothing is counted.
 */
export const selectMachineVersions: Statement = {
  name: 'select_machine_versions',
  text: `WITH held AS MATERIALIZED ${openWhere('worker_id IS NOT NULL')},
sent AS MATERIALIZED ${openWhere('sent_at IS NOT NULL')},
asleep AS MATERIALIZED ${openWhere('due_at IS NOT NULL AND sent_at IS NULL')},
unsent AS MATERIALIZED ${openWhere(
    'sent_at IS NULL AND due_at IS NULL AND worker_id IS NULL AND ended_at IS NULL',
  )},
opened AS (
  SELECT e.machine_version AS version, count(*) AS count
  FROM (SELECT * FROM held UNION ALL SELECT * FROM sent UNION ALL SELECT * FROM asleep
    UNION ALL SELECT * FROM unsent) e
  WHERE e.machine_id = ${field('id')} GROUP BY e.machine_version
),
complete AS (
  SELECT greatest((SELECT count(*) FROM held), (SELECT count(*) FROM sent),
    (SELECT count(*) FROM asleep), (SELECT count(*) FROM unsent)) < ${cap} AS is_complete
)
SELECT m.id AS "id", m.version AS "version", m.kind AS "kind",
  CAST(m.created_at AS float8) AS "createdAt",
  CASE WHEN c.is_complete THEN CAST(coalesce(o.count, 0) AS float8) END AS "open"
FROM millrace.machines m CROSS JOIN complete c LEFT JOIN opened o ON o.version = m.version
WHERE m.id = ${field('id')}
ORDER BY m.version DESC LIMIT ${field('limit', 'integer')}`,
};
