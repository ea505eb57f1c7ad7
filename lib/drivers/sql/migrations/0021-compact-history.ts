/** When processes begin to write histories and snapshots in their compact forms. */
import type { Migration } from '../migration.ts';

/**
 * Programs of the release before read only the forms that they write. Where any has worked, it may
 * go on beside this release, and come back after a rollback, so the compact forms are written a day
 * later; in a new database at once. Programs that know them read both at any time.
 *
 * Brief snapshots leave more room for the versions of a row: half of a page instead of two fifths
 * keeps more of them on their page, where an update writes no index. Less room again gains nothing.
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
    `ALTER TABLE millrace.executions SET (fillfactor = 50)`,
  ],
};
