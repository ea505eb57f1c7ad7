import { document } from '../../fragments/common-fragments.ts';
import type { Statement } from '../../sql-client.ts';

/**
 * Lists the migrations that were applied to the schema, in order. The document is referenced
 * because every statement takes one.
 */
export const selectMigrations: Statement = {
  name: 'select_migrations',
  text: `SELECT version FROM millrace.schema_migrations WHERE ${document} IS NOT NULL ORDER BY version`,
};
