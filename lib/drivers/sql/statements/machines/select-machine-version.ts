import { field } from '../../fragments/common-fragments.ts';
import type { Statement } from '../../sql-client.ts';

/** Reads one version of a machine: the given one, or the newest; both by the primary key. */
export const selectMachineVersion: Statement = {
  name: 'select_machine',
  text: `SELECT id, version, kind, definition, CAST(created_at AS float8) AS "createdAt"
FROM millrace.machines
WHERE id = ${field('id')} AND version = coalesce(${field('version', 'integer')}, version)
ORDER BY version DESC LIMIT 1`,
};
