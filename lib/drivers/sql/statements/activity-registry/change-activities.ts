/** Statements on activities. */
import { clock, field } from '../../fragments/common-fragments.ts';
import type { Statement } from '../../sql-client.ts';

const columns = `a.name AS "name", a.origin AS "origin",
  CAST(a.created_at AS float8) AS "createdAt", a.encryption AS "encryption"`;

/** Records an activity, unless there is one of the name. Returns a row when it did. */
export const insertActivity: Statement = {
  name: 'insert_activity',
  text: `WITH ${clock}
INSERT INTO millrace.activities AS a (name, origin, created_at, encryption)
SELECT ${field('name')}, ${field('origin')}, clock.now, ${field('encryption')} FROM clock
ON CONFLICT DO NOTHING
RETURNING ${columns}`,
};

/** Reads one activity. */
export const selectActivity: Statement = {
  name: 'select_activity',
  text: `SELECT ${columns} FROM millrace.activities a WHERE a.name = ${field('name')}`,
};

/** Deletes an activity with its tags and the work that waits for its workers. */
export const deleteActivity: Statement = {
  name: 'delete_activity',
  text: `WITH deleted AS (
  DELETE FROM millrace.activities WHERE name = ${field('name')} RETURNING name
),
tags AS (
  DELETE FROM millrace.resource_tags t USING deleted d WHERE t.resource = 'activity:' || d.name
),
work AS (
  DELETE FROM millrace.activity_tasks w USING deleted d WHERE w.activity = d.name
)
SELECT name AS "name" FROM deleted`,
};

/** Lists activities by the index over their times of creation, the oldest first. */
export const selectActivityRecords: Statement = {
  name: 'select_activity_records',
  text: `SELECT ${columns} FROM millrace.activities a
WHERE (a.created_at, a.name) > (${field('afterAt', 'bigint')}, ${field('afterId')})
ORDER BY a.created_at, a.name LIMIT ${field('limit', 'integer')}`,
};
