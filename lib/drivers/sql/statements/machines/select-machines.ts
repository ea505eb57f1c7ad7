import { document } from '../../fragments/common-fragments.ts';
import type { Statement } from '../../sql-client.ts';

/**
 * Reads the newest version of every machine that was not deleted, by id. The document is referenced
 * because every statement takes one.
 */
export const selectMachines: Statement = {
  name: 'select_machines',
  text: `SELECT DISTINCT ON (id) id, version, kind, definition,
  CAST(created_at AS float8) AS "createdAt"
FROM millrace.machines m WHERE ${document} IS NOT NULL
  AND NOT EXISTS (SELECT 1 FROM millrace.state_machines s
    WHERE s.id = m.id AND s.status = 'DELETED')
ORDER BY id, version DESC`,
};
