import { document } from '../../fragments/common-fragments.ts';
import type { Statement } from '../../sql-client.ts';

/**
 * Returns whether histories may be written in the compact form: see the migration
 * `compact_history`. The document is referenced because every statement takes one.
 */
export const selectHistoryForm: Statement = {
  name: 'select_history_form',
  text: `SELECT writes_from <= now() AS "isCompact" FROM millrace.schema_migrations
WHERE version = 21 AND ${document} IS NOT NULL`,
};
