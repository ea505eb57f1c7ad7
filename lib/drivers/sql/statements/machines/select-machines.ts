import { document } from '../../fragments/common-fragments.ts';
import type { Statement } from '../../sql-client.ts';

/**
 * Reads the newest version of every machine, by id. The document is referenced because every
 * statement takes one.
 */
export const selectMachines: Statement = {
  name: 'select_machines',
  text: `SELECT DISTINCT ON (id) id, version, kind, definition,
  CAST(created_at AS float8) AS "createdAt"
FROM millrace.machines WHERE ${document} IS NOT NULL
ORDER BY id, version DESC`,
};
