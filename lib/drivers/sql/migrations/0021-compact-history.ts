/** When processes begin to write histories in the compact form. */
import type { Migration } from '../migration.ts';

/**
 * Programs of the release before read histories as JSON only. Where any has worked, it may go on
 * beside this release, and come back after a rollback, so the compact form is written a day later;
 * in a new database at once. Programs that know the form read both at any time.
 */
export const compactHistory: Migration = {
  version: 21,
  name: 'compact_history',
  statements: [
    `ALTER TABLE millrace.schema_migrations ADD COLUMN writes_from timestamptz`,
    `UPDATE millrace.schema_migrations SET writes_from = CASE
        WHEN EXISTS (SELECT 1 FROM millrace.machines) THEN now() + interval '1 day'
        ELSE now() END
      WHERE version = 21`,
  ],
};
