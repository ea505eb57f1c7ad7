import { field } from '../../fragments/common-fragments.ts';
import { revisionColumns } from '../../fragments/state-machines.ts';
import type { Statement } from '../../sql-client.ts';

/** Reads one revision of a machine with its settings, by the primary key. */
export const selectRevision: Statement = {
  name: 'select_revision',
  text: `SELECT ${revisionColumns} FROM millrace.machines m
WHERE m.id = ${field('id')} AND m.version = ${field('version', 'integer')}`,
};
