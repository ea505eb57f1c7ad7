/** Which migrations the schema has had. */
import { document } from '../../fragments/fragments.ts';
import type { Statement } from '../../sql-client.ts';

/** In order. The document is not looked at; it is named because every statement takes one. */
export const listMigrations: Statement = {
  name: 'list_migrations',
  text: `SELECT version FROM millrace.schema_migrations WHERE ${document} IS NOT NULL ORDER BY version`,
};
