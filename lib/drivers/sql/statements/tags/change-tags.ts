/** Statements on tags. */
import { document, field } from '../../fragments/common-fragments.ts';
import type { Statement } from '../../sql-client.ts';

const resource = field('resource');

/** Adds and replaces tags; does nothing, and returns no row, where they would be too many. */
export const putTags: Statement = {
  name: 'put_tags',
  text: `WITH wanted AS MATERIALIZED (
  SELECT w.key, w.value FROM json_to_recordset(${document}->'tags') AS w (key text, value text)
),
room AS MATERIALIZED (
  SELECT 1 AS yes WHERE (SELECT count(*) FROM wanted)
    + (SELECT count(*) FROM millrace.resource_tags t WHERE t.resource = ${resource}
        AND t.key NOT IN (SELECT key FROM wanted)) <= ${field('max', 'integer')}
),
written AS (
  INSERT INTO millrace.resource_tags (resource, key, value)
  SELECT ${resource}, w.key, w.value FROM wanted w, room
  ON CONFLICT (resource, key) DO UPDATE SET value = excluded.value
)
SELECT yes AS "yes" FROM room`,
};

/** Deletes the tags with these keys. */
export const deleteTags: Statement = {
  name: 'delete_tags',
  text: `DELETE FROM millrace.resource_tags WHERE resource = ${resource}
  AND key IN (SELECT value FROM json_array_elements_text(${document}->'keys'))
RETURNING key AS "key"`,
};

/** Lists the tags of a resource, by key. */
export const selectTags: Statement = {
  name: 'select_tags',
  text: `SELECT key AS "key", value AS "value" FROM millrace.resource_tags
WHERE resource = ${resource} ORDER BY key`,
};
