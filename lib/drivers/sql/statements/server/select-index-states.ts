import type { Statement } from '../../sql-client.ts';

/** An index of the schema, by its name. */
export interface IndexState {
  readonly name: string;
  readonly exists: boolean;
  /** Whether queries use it, and writes maintain it. */
  readonly isValid: boolean;
  /** Whether a session builds it now. */
  readonly isBuilding: boolean;
}

/** Returns the state of each of the `names`. */
export const selectIndexStates: Statement = {
  name: 'select_index_states',
  text: `SELECT wanted.name, i.indexrelid IS NOT NULL AS "exists",
  COALESCE(i.indisvalid AND i.indisready, false) AS "isValid",
  EXISTS (SELECT FROM pg_stat_progress_create_index p WHERE p.index_relid = i.indexrelid)
    AS "isBuilding"
FROM json_array_elements_text(CAST($1 AS json)->'names') AS wanted(name)
LEFT JOIN pg_index i ON i.indexrelid = to_regclass('millrace.' || wanted.name)
ORDER BY wanted.name`,
};
