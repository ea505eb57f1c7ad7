/** When a version of a machine was recorded last. */
import type { Migration } from '../migration.ts';

/**
 * An earlier version whose definition a process records again keeps its number. `recorded_at` keeps
 * such a version from being deleted as one that was replaced long ago. It is 0 in rows that a
 * process of an earlier release has written.
 */
export const recordedVersions: Migration = {
  version: 14,
  name: 'recorded_versions',
  statements: ['ALTER TABLE millrace.machines ADD COLUMN recorded_at bigint NOT NULL DEFAULT 0'],
};
