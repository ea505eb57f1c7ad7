import type { Statement } from '../../sql-client.ts';

/** Returns the oldest version that a program may know and still work on the schema. */
export const selectCompatibility: Statement = {
  name: 'select_compatibility',
  text: `SELECT max(compatible_from) AS "compatibleFrom" FROM millrace.schema_migrations
WHERE version > CAST(CAST($1 AS json)->>'known' AS integer)`,
};
